import { z } from 'zod';
import { type PayrollCorrectionId, type PayslipId, payrollCorrectionIdSchema } from '../../contracts/identifiers.ts';
import type { ApprovalStatus } from '../kit/approvals-contract.ts';
import type { CommonState, ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** The correction is in the payroll service, with its amounts: here is only which one. */
export const payrollCorrectionRequestSchema = z.strictObject({ correctionId: payrollCorrectionIdSchema });

export type PayrollCorrectionRequest = z.infer<typeof payrollCorrectionRequestSchema>;

export type PayrollCorrectionState = CommonState | 'awaiting-approval';

export interface PayrollCorrectionFacts {
  readonly payslipId?: PayslipId | undefined;
  /** What is approved. */
  readonly contentHash?: string | undefined;
  /** The payslip that has taken its place. */
  readonly replacedBy?: PayslipId | undefined;
}

interface PayrollCorrectionIds {
  readonly correctionId: PayrollCorrectionId;
}

/** The answer of the query `status`. */
export interface PayrollCorrectionStatus
  extends ProcessStatus<PayrollCorrectionState>,
    PayrollCorrectionIds,
    PayrollCorrectionFacts {
  readonly approval?: ApprovalStatus | undefined;
}

/** How it ended: `completed` is posted. */
export interface PayrollCorrectionResult extends ProcessResult, PayrollCorrectionIds, PayrollCorrectionFacts {}
