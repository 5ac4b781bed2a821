import { z } from 'zod';
import { dateSchema, timeZoneSchema } from '../../contracts/calendar.ts';
import { employeeIdSchema, type PayrollGroupId, personIdSchema } from '../../contracts/identifiers.ts';
import { currencySchema } from '../../contracts/money.ts';
import type { PayrollCounts, PayrollTotals } from '../../services/payroll/shapes.ts';
import type { ApprovalStatus } from '../kit/approvals-contract.ts';
import { type CommonState, decidedBySchema, type ProcessResult, type ProcessStatus } from '../kit/contract.ts';

const rule = 'name a group and its month, such as staff/2026-02';

/** A month of a group: `staff/2026-02`. It is paid by one workflow. */
export const payrollIdSchema = z
  .string({ error: (issue) => (issue.input === undefined ? 'is required' : rule) })
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?\/2[01]\d{2}-(?:0[1-9]|1[0-2])$/, rule)
  .brand('PayrollId');

export type PayrollId = z.infer<typeof payrollIdSchema>;

/** What a payroll is prepared with. No amount is among it: those are the employees', in the payroll service alone. */
export const payrollRequestSchema = z.strictObject({
  payrollId: payrollIdSchema,
  currency: currencySchema,
  payDay: dateSchema,
  timeZone: timeZoneSchema.default('UTC'),
  /** Who prepares it: they approve nothing of it. */
  preparedBy: personIdSchema,
});

export type PayrollRequest = z.output<typeof payrollRequestSchema>;
export type PayrollInput = z.input<typeof payrollRequestSchema>;

/** Leaves an employee out. */
export const exclusionSchema = z.strictObject({
  employeeId: employeeIdSchema,
  ...decidedBySchema.required({ issuer: true }).shape,
});

export type Exclusion = z.infer<typeof exclusionSchema>;

/**
 * `needs-correction`: the months of some employees could not be calculated. `awaiting-approval`: two people have to approve.
 * `awaiting-pay-day`: it is posted.
 */
export type PayrollState = CommonState | 'needs-correction' | 'awaiting-approval' | 'awaiting-pay-day';

/** What is told of a payroll beside what every process tells: totals, never what one person earns. */
export interface PayrollFacts {
  /** The run in the payroll service. */
  readonly runId?: string | undefined;
  readonly counts?: PayrollCounts | undefined;
  readonly currency?: PayrollRequest['currency'] | undefined;
  readonly totals?: PayrollTotals | undefined;
  /** What is approved. */
  readonly contentHash?: string | undefined;
  /** ISO 8601 in UTC. */
  readonly payAt?: string | undefined;
  readonly payslipsSent?: number | undefined;
  readonly payslipsPaid?: number | undefined;
}

interface PayrollIds {
  readonly payrollId: PayrollId;
}

/** The answer of the query `status`. */
export interface PayrollStatus extends ProcessStatus<PayrollState>, PayrollIds, PayrollFacts {
  readonly approval?: ApprovalStatus | undefined;
}

/** How it ended: `completed` is paid. */
export interface PayrollResult extends ProcessResult, PayrollIds, PayrollFacts {}

/** The group and the month of a payroll. */
export function monthOf(payrollId: PayrollId): { readonly groupId: PayrollGroupId; readonly period: string } {
  const [groupId = '', period = ''] = payrollId.split('/');
  return { groupId: groupId as PayrollGroupId, period };
}
