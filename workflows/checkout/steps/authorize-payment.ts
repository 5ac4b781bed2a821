import { isCancellation } from '@temporalio/workflow';
import { authorizePayment as authorize, voidPayment } from '../activities.ts';
import { names, type PricedCheckout, recipient } from '../open-checkout.ts';
import { reasonOf } from '../reason.ts';

/** Holds the money without taking it. Undo: leave no money behind, whatever the provider did. */
export function authorizePayment(checkout: PricedCheckout): Promise<void> {
  const { request, paymentId, quote, progress, saga } = checkout;
  return progress.step('authorize the payment', async () => {
    saga.register({
      name: 'void the payment',
      run: async () => (await voidPayment(paymentId)).outcome !== 'nothing',
    });
    try {
      await authorize({
        paymentId,
        checkoutId: request.checkoutId,
        customerId: request.customerId,
        amount: { amount: quote.amounts.total, currency: quote.amounts.currency },
        paymentMethod: request.paymentMethod,
      });
    } catch (error) {
      recordPaymentFailed(checkout, error);
      throw error;
    }
  });
}

/** The milestone of a payment that did not come about; a cancellation is not the payment's failure. */
export function recordPaymentFailed(checkout: PricedCheckout, error: unknown): void {
  if (isCancellation(error)) return;
  const { type: reason, message } = reasonOf(error);
  const { paymentId, milestones } = checkout;
  milestones.record('PaymentFailed', { ...names(checkout), ...recipient(checkout), paymentId, reason, message });
}
