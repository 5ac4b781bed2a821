import { cancelOrder, placeOrder as place } from '../activities.ts';
import { itemCount, names, type PricedCheckout, recipient } from '../open-checkout.ts';

/** Places the order, pending. Undo: cancel it, with the reason. */
export function placeOrder(checkout: PricedCheckout): Promise<void> {
  const { orderId, quote, progress, saga, milestones } = checkout;
  return progress.step('place the order', async () => {
    saga.register({
      name: 'cancel the order',
      run: async () => {
        const { type: reason = 'Internal', message = '' } = progress.reason ?? {};
        const { wasPlaced } = await cancelOrder(orderId, reason);
        if (wasPlaced) {
          milestones.record('OrderCancelled', { ...names(checkout), ...recipient(checkout), reason, message });
        }
        return wasPlaced;
      },
    });
    await place({ ...names(checkout), lines: quote.lines, amounts: quote.amounts });
    milestones.record('OrderPlaced', { ...names(checkout), amounts: quote.amounts, itemCount: itemCount(checkout) });
  });
}
