import { type AuthorizedCheckout, eventIds, itemCount, recipient } from '../open-checkout.ts';

/** After the pivot, side by side and until done: commits the stock, completes the order, adds it to the history. */
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
    await Promise.all([
      operator.untilResolved('commit the stock', () => calls.commitStock(reservationId)),
      operator.untilResolved('complete the order', () => calls.completeOrder(orderId, paymentId)),
      operator.untilResolved('add to the purchase history', () => calls.addPurchase(customerId, purchase)),
    ]);
    milestones.record('OrderCompleted', {
      ...eventIds(checkout),
      ...recipient(checkout),
      itemCount: itemCount(checkout),
    });
  });
}
