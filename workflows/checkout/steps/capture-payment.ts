import { captureCard } from '../../kit/card-payment/capture.ts';
import { cardPaymentOf } from '../card-payment.ts';
import { type AuthorizedCheckout, eventIds } from '../open-checkout.ts';
import { recordPaymentFailed } from './authorize-payment.ts';

/**
 * Takes the money: the pivot. From here on the checkout only goes forward. Nothing is left to take
 * where nothing is to be paid, or an earlier run has taken it.
 */
export async function capturePayment(checkout: AuthorizedCheckout): Promise<void> {
  const { paymentId, quote, progress, milestones } = checkout;
  if (!paymentId) return;
  await progress.step('capture the payment', async () => {
    const refusal = checkout.isPaid ? undefined : await captureCard(cardPaymentOf(checkout), paymentId);
    if (refusal) {
      recordPaymentFailed(checkout, paymentId, refusal.error);
      throw refusal.error;
    }
    milestones.record('PaymentProcessed', { ...eventIds(checkout), paymentId, amounts: quote.amounts });
  });
}
