import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { DecidedBy, Decision } from '../kit/contract.ts';
import type { Exclusion, PayrollResult, PayrollStatus } from './contract.ts';

/** Where the payroll of a month stands, without any I/O. */
export const payrollStatusQuery = defineQuery<PayrollStatus>('status');

/** Leaves an employee out: what was approved is void. */
export const excludeUpdate = defineUpdate<Decision, [Exclusion]>('exclude');

/** Calculates everything again: what was approved is void. */
export const recalculateUpdate = defineUpdate<Decision, [DecidedBy]>('recalculate');

/** Pays what is posted now, instead of on the pay day. */
export const payUpdate = defineUpdate<Decision, [DecidedBy]>('pay');

/** Discards a payroll that is not posted. */
export const cancelPayrollUpdate = defineUpdate<PayrollResult>('cancel');

/** The name of the workflow type. */
export const payrollWorkflow = 'payroll';

/** The workflow id of a month of a group, from `staff/2026-02`. */
export const payrollWorkflowId = (payrollId: string) => `payroll/${payrollId}`;
