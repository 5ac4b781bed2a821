import { ServiceFailure } from '../../contracts/failures.ts';
import type { PayrollClient } from '../../services/payroll/contract.ts';
import { monthOf, type PayrollId, type PayrollResult } from './contract.ts';
import { payrollCancelled } from './reasons.ts';

/** The payroll service: it remembers the runs for ever, Temporal for its retention. */
export type PayrollMemory = Pick<PayrollClient, 'findLastRun'>;

/** How the last run of a month ended as its service remembers it; `undefined` when there was none, or it has not ended. */
export async function recallPayrollResult(
  payroll: PayrollMemory,
  payrollId: PayrollId,
): Promise<PayrollResult | undefined> {
  try {
    const { state, ...run } = await payroll.findLastRun(monthOf(payrollId));
    const { runId, counts, currency, totals, contentHash, payAt } = run;
    const facts = { runId, counts, currency, totals, contentHash, payAt };
    if (state === 'paid') return { payrollId, outcome: 'completed', ...facts, undone: [] };
    if (state !== 'cancelled') return undefined;
    return { payrollId, outcome: 'cancelled', ...facts, reason: payrollCancelled, undone: [] };
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'NotFound') return undefined;
    throw error;
  }
}
