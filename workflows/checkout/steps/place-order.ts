import { book, cancelOrder, local, placeOrder as place } from '../activities.ts';
import { itemCount, names, type PricedCheckout, recipient } from '../open-checkout.ts';

/** Places the order, pending. Undo: cancel it, with the reason. */
export function placeOrder(checkout: PricedCheckout): Promise<void> {
  const { orderId, deadline, quote, progress, saga, milestones } = checkout;
  return progress.step('place the order', async () => {
    const reason = () => progress.reason ?? { type: 'Internal', message: '' };
    const undo = {
      name: 'cancel the order',
      run: async () => (await cancelOrder(orderId, reason().type)).wasPlaced,
      undone: () => {
        const { type, message } = reason();
        milestones.record('OrderCancelled', { ...names(checkout), ...recipient(checkout), reason: type, message });
      },
    };
    const order = { ...names(checkout), lines: quote.lines, amounts: quote.amounts };
    await saga.attempt(undo, () =>
      book(
        () => local.placeOrder(order),
        () => place(deadline, order),
      ),
    );
    milestones.record('OrderPlaced', { ...names(checkout), amounts: quote.amounts, itemCount: itemCount(checkout) });
  });
}
