import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { PayrollCorrectionResult, PayrollCorrectionStatus } from './contract.ts';

/** Where the correction of a payslip stands, without any I/O. */
export const payrollCorrectionStatusQuery = defineQuery<PayrollCorrectionStatus>('status');

/** Gives up a correction that is not posted. */
export const cancelPayrollCorrectionUpdate = defineUpdate<PayrollCorrectionResult>('cancel');

/** The name of the workflow type. */
export const payrollCorrectionWorkflow = 'payrollCorrection';

/** The workflow id of a correction. */
export const payrollCorrectionWorkflowId = (correctionId: string) => `payroll-correction/${correctionId}`;
