import type { Reason } from '../../kit/contract.ts';
import type { Undo } from '../../kit/saga.ts';
import { eventIds, itemCount, type PricedCheckout, recipient } from '../open-checkout.ts';

/** Places the order, pending. Undo: cancel it, with the reason; a cancelled order is never paid for, so this comes first. */
export function placeOrder(checkout: PricedCheckout): Promise<void> {
  const { calls, quote, contact, progress, saga, conversation } = checkout;
  return progress.step('place the order', async () => {
    const { lines, amounts } = quote;
    const order = { ...eventIds(checkout), lines, amounts, contact, requestHash: conversation.requestHash };
    await saga.attempt(cancelTheOrder(checkout), () => calls.placeOrder(order));
    recordPlaced(checkout);
  });
}

export function cancelTheOrder(checkout: PricedCheckout): Undo {
  const { orderId, calls, progress, milestones } = checkout;
  const reason = () => progress.reason ?? { type: 'Internal', message: '' };
  return {
    name: 'cancel the order',
    run: async () => {
      const { failedPaymentId } = checkout.attempts;
      const recorded = { milestones: [...milestones.names], ...(failedPaymentId && { failedPaymentId }) };
      return (await calls.cancelOrder(orderId, { ...reason(), recorded })).wasPlaced;
    },
    undone: () => recordCancelled(checkout, reason()),
    decides: true,
  };
}

export function recordCancelled(checkout: PricedCheckout, { type, message }: Reason): void {
  checkout.milestones.record('OrderCancelled', {
    ...eventIds(checkout),
    ...recipient(checkout),
    reason: type,
    message,
  });
}

export function recordPlaced(checkout: PricedCheckout): void {
  const { quote, milestones } = checkout;
  milestones.recordOnce('OrderPlaced', {
    ...eventIds(checkout),
    amounts: quote.amounts,
    itemCount: itemCount(checkout),
  });
}
