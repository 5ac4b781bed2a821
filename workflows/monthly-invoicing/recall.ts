import { ServiceFailure } from '../../contracts/failures.ts';
import type { BillingClient } from '../../services/billing/contract.ts';
import { type InvoicingId, type InvoicingResult, monthOf } from './contract.ts';
import { invoicingCancelled } from './reasons.ts';

/** Billing: it remembers the runs for ever, Temporal for its retention. */
export type InvoicingMemory = Pick<BillingClient, 'findLastRun'>;

/** How the last run of a month ended as billing remembers it; `undefined` when there was none, or it is open. */
export async function recallInvoicingResult(
  billing: InvoicingMemory,
  invoicingId: InvoicingId,
): Promise<InvoicingResult | undefined> {
  try {
    const { state, counts } = await billing.findLastRun(monthOf(invoicingId));
    if (state === 'completed') return { invoicingId, outcome: 'completed', ...counts, undone: [] };
    if (state === 'open') return undefined;
    return { invoicingId, outcome: 'cancelled', ...counts, reason: invoicingCancelled, undone: [] };
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'NotFound') return undefined;
    throw error;
  }
}
