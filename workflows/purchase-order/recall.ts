import { ServiceFailure } from '../../contracts/failures.ts';
import type { PurchaseOrderId } from '../../contracts/identifiers.ts';
import type { Order, PurchasingClient } from '../../services/purchasing/contract.ts';
import { outcomeOf } from '../kit/outcome.ts';
import type { PurchaseOrderFacts, PurchaseOrderResult } from './contract.ts';
import { purchaseOrderWithdrawn, reasonOfEnded } from './reasons.ts';

/** Purchasing: it remembers an order for ever, Temporal for its retention. */
export type PurchaseOrderMemory = Pick<PurchasingClient, 'findOrder'>;

/** How an order ended as purchasing remembers it; `undefined` when it is unknown, or not decided yet. */
export async function recallPurchaseOrderResult(
  purchasing: PurchaseOrderMemory,
  poId: PurchaseOrderId,
): Promise<PurchaseOrderResult | undefined> {
  try {
    const order = await purchasing.findOrder({ poId });
    if (order.state === 'awaiting-approval') return undefined;
    const facts = { ...factsOf(order), orderState: order.state };
    if (isApproved(order)) return { poId, outcome: 'completed', ...facts, undone: [] };
    const reason = reasonOfEnded(order);
    return { poId, outcome: outcomeOf(reason, purchaseOrderWithdrawn), ...facts, reason, undone: [] };
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'NotFound') return undefined;
    throw error;
  }
}

/** Whether the order is past its pivot; it may be closed by now. */
export const isApproved = ({ state }: Pick<Order, 'state'>): boolean => state === 'approved' || state === 'closed';

/** What the status tells of an order as purchasing has it. */
export const factsOf = ({
  number,
  currency,
  total,
}: Pick<Order, 'number' | 'currency' | 'total'>): PurchaseOrderFacts => ({
  ...{ number, currency, total },
});
