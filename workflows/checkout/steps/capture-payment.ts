import { capturePayment as capture } from '../activities.ts';
import { names, type PricedCheckout } from '../open-checkout.ts';
import { recordPaymentFailed } from './authorize-payment.ts';

/** Takes the money: the pivot. From here on the checkout only goes forward, and an undo is a refund. */
export function capturePayment(checkout: PricedCheckout): Promise<void> {
  const { paymentId, quote, progress, milestones } = checkout;
  return progress.step('capture the payment', async () => {
    try {
      await capture(paymentId);
    } catch (error) {
      recordPaymentFailed(checkout, error);
      throw error;
    }
    milestones.record('PaymentProcessed', { ...names(checkout), paymentId, amounts: quote.amounts });
  });
}
