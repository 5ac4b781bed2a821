import { type CheckoutId, checkoutIdSchema } from '../../contracts/identifiers.ts';
import type { OrdersClient, RecalledOrder } from '../../services/orders/contract.ts';
import { outcomeOf } from '../kit/outcome.ts';
import { reasonKept } from '../order-facts.ts';
import type { CheckoutResult } from './contract.ts';
import { cancelledByCustomer } from './reasons.ts';

/** The orders: they remember a checkout for ever, Temporal for its retention. */
export type CheckoutMemory = Pick<OrdersClient, 'recallOrder'>;

/**
 * The end of a checkout as its order remembers it; what was undone is not kept.
 *
 * @returns `undefined` when there is no such order, or it has not ended
 */
export async function recallCheckoutResult(
  orders: CheckoutMemory,
  checkoutId: CheckoutId,
): Promise<CheckoutResult | undefined> {
  return endRemembered(checkoutId, await orders.recallOrder({ orderId: checkoutId }));
}

/** The same of an order that was recalled. */
export function endRemembered(
  id: string,
  { state, orderId, order, cancellation }: RecalledOrder,
): CheckoutResult | undefined {
  const checkoutId = checkoutIdSchema.parse(id);
  const amounts = order?.amounts;
  if (state === 'completed') return { checkoutId, orderId, outcome: 'completed', amounts, undone: [] };
  if (state !== 'cancelled') return undefined;
  const reason = reasonKept(cancellation);
  return { checkoutId, orderId, outcome: outcomeOf(reason, cancelledByCustomer), amounts, reason, undone: [] };
}
