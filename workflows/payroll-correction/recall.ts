import { ServiceFailure } from '../../contracts/failures.ts';
import type { PayrollCorrectionId } from '../../contracts/identifiers.ts';
import type { PayrollClient } from '../../services/payroll/contract.ts';
import type { PayrollCorrectionResult } from './contract.ts';
import { payrollCorrectionCancelled } from './reasons.ts';

/** The payroll service: it remembers a correction for ever, Temporal for its retention. */
export type PayrollCorrectionMemory = Pick<PayrollClient, 'findCorrection'>;

/** How a correction ended as its service remembers it; `undefined` when it is unknown, or has not ended. */
export async function recallPayrollCorrectionResult(
  payroll: PayrollCorrectionMemory,
  correctionId: PayrollCorrectionId,
): Promise<PayrollCorrectionResult | undefined> {
  try {
    const { state, payslipId, contentHash, replacedBy } = await payroll.findCorrection({ correctionId });
    const facts = { payslipId, contentHash, replacedBy };
    if (state === 'posted') return { correctionId, outcome: 'completed', ...facts, undone: [] };
    if (state === 'prepared') return undefined;
    return { correctionId, outcome: 'cancelled', ...facts, reason: payrollCorrectionCancelled, undone: [] };
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'NotFound') return undefined;
    throw error;
  }
}
