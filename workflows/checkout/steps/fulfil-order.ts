import { localFirst } from '../../local-first.ts';
import { untilDone } from '../../until-done.ts';
import { addPurchase, commitStock, completeOrder, local } from '../activities.ts';
import { itemCount, names, type PricedCheckout, recipient } from '../open-checkout.ts';

/** After the pivot, side by side and until done: commits the stock, completes the order, adds it to the history. */
export function fulfilOrder(checkout: PricedCheckout): Promise<void> {
  const { request, orderId, reservationId, quote, progress, milestones } = checkout;
  const purchase = {
    orderId,
    total: { amount: quote.amounts.total, currency: quote.amounts.currency },
    itemCount: itemCount(checkout),
    completedAt: new Date().toISOString(),
  };
  const finish = (what: string, here: () => Promise<unknown>, there: () => Promise<unknown>) =>
    untilDone(what, () => localFirst(here, there), progress.attention);
  return progress.step('fulfil the order', async () => {
    await Promise.all([
      finish(
        'commit the stock',
        () => local.commitStock(reservationId),
        () => commitStock(reservationId),
      ),
      finish(
        'complete the order',
        () => local.completeOrder(orderId),
        () => completeOrder(orderId),
      ),
      finish(
        'add to the purchase history',
        () => local.addPurchase(request.customerId, purchase),
        () => addPurchase(request.customerId, purchase),
      ),
    ]);
    milestones.record('OrderCompleted', { ...names(checkout), ...recipient(checkout), itemCount: itemCount(checkout) });
  });
}
