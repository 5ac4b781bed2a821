import type { Approval } from '../contracts/approvals.ts';
import type { PayrollCorrectionId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { Correction, PayrollClient } from '../services/payroll/contract.ts';
import { payrollCorrectionRequestSchema } from '../workflows/payroll-correction/contract.ts';
import { callService } from './service-call.ts';

/** What a correction of a payslip calls. No amount is among it. */
export function createPayrollCorrectionActivities({ payroll }: { readonly payroll: PayrollClient }) {
  return {
    /** It reads the id by its schema first, since any Temporal client can start the workflow. */
    async findCorrection(correctionId: unknown): Promise<Correction> {
      return callService(async (options) =>
        payroll.findCorrection(parse(payrollCorrectionRequestSchema, { correctionId }), options),
      );
    },
    async cancelCorrection(correctionId: PayrollCorrectionId): Promise<boolean> {
      return (await callService((options) => payroll.cancelCorrection({ correctionId }, options))).wasPrepared;
    },
    async postCorrection(
      correctionId: PayrollCorrectionId,
      contentHash: string,
      approvals: readonly Approval[],
    ): Promise<Correction> {
      const posted = { correctionId, contentHash, approvals: [...approvals] };
      return callService((options) => payroll.postCorrection(posted, options));
    },
  };
}
