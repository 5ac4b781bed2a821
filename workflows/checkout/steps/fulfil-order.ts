import type { CheckoutCalls } from '../activities.ts';
import { type AuthorizedCheckout, eventIds, itemCount, recipient } from '../open-checkout.ts';

/**
 * After the pivot, side by side and until done: commits the stock, completes the order, adds it to the history. All of it in one
 * activity first, and what was not done then by itself.
 */
export function fulfilOrder(checkout: AuthorizedCheckout): Promise<void> {
  const {
    customerId,
    orderId,
    reservationId,
    paymentId = null,
    quote,
    calls,
    progress,
    operator,
    milestones,
  } = checkout;
  const purchase = {
    orderId,
    total: { amount: quote.amounts.total, currency: quote.amounts.currency },
    itemCount: itemCount(checkout),
    completedAt: new Date().toISOString(),
  };
  return progress.step('fulfil the order', async () => {
    const paid = { orderId, reservationId, paymentId, customerId, purchase };
    const done: readonly string[] = await calls.fulfilCheckout(paid).catch(() => []);
    const unless = <Result>(name: keyof CheckoutCalls, what: string, call: () => Promise<Result>) =>
      done.includes(name) ? undefined : operator.untilResolved(what, call);
    await Promise.all([
      unless('commitStock', 'commit the stock', () => calls.commitStock(reservationId)),
      unless('completeOrder', 'complete the order', () => calls.completeOrder(orderId, paymentId)),
      unless('addPurchase', 'add to the purchase history', () => calls.addPurchase(customerId, purchase)),
    ]);
    milestones.record('OrderCompleted', {
      ...eventIds(checkout),
      ...recipient(checkout),
      itemCount: itemCount(checkout),
    });
  });
}
