import { localFirst } from '../../kit/local-first.ts';
import { addPurchase, commitStock, completeOrder, local } from '../activities.ts';
import { type AuthorizedCheckout, itemCount, names, recipient } from '../open-checkout.ts';

/** After the pivot, side by side and until done: commits the stock, completes the order, adds it to the history. */
export function fulfilOrder(checkout: AuthorizedCheckout): Promise<void> {
  const { customerId, orderId, reservationId, paymentId = null, quote, progress, operator, milestones } = checkout;
  const purchase = {
    orderId,
    total: { amount: quote.amounts.total, currency: quote.amounts.currency },
    itemCount: itemCount(checkout),
    completedAt: new Date().toISOString(),
  };
  const finish = (what: string, here: () => Promise<unknown>, there: () => Promise<unknown>) =>
    operator.untilSettled(what, () => localFirst(here, there));
  return progress.step('fulfil the order', async () => {
    await Promise.all([
      finish(
        'commit the stock',
        () => local.commitStock(reservationId),
        () => commitStock(reservationId),
      ),
      finish(
        'complete the order',
        () => local.completeOrder(orderId, paymentId),
        () => completeOrder(orderId, paymentId),
      ),
      finish(
        'add to the purchase history',
        () => local.addPurchase(customerId, purchase),
        () => addPurchase(customerId, purchase),
      ),
    ]);
    milestones.record('OrderCompleted', { ...names(checkout), ...recipient(checkout), itemCount: itemCount(checkout) });
  });
}
