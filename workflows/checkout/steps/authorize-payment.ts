import { isCancellation } from '@temporalio/workflow';
import type { PaymentId } from '../../../contracts/identifiers.ts';
import { authorizeCard, voidThePayment } from '../../kit/card-payment/authorize.ts';
import type { Card } from '../../kit/card-payment/calls.ts';
import { reasonOf } from '../../kit/reason.ts';
import { cardPaymentOf } from '../card-payment.ts';
import {
  type AuthorizedCheckout,
  eventIds,
  type PayableCheckout,
  type PricedCheckout,
  paymentIdOf,
  recipient,
} from '../open-checkout.ts';
import { anotherCard, mayChangeCard } from '../waits/another-card.ts';
import { firstAttempt } from './earlier-run.ts';

/**
 * Holds the money without taking it, on the card of the request or, where the customer may, on another one after a decline.
 * Undo: leave no money behind, whatever the provider did.
 */
export async function authorizePayment(checkout: PayableCheckout): Promise<AuthorizedCheckout> {
  const { request, quote, progress, saga } = checkout;
  if (quote.amounts.total === 0) return checkout;
  return await progress.step('authorize the payment', async () => {
    let { paymentMethod } = request;
    for (let attempt = await firstAttempt(checkout); ; attempt++) {
      const card = cardFor(checkout, attempt, paymentMethod);
      const { paymentId } = card;
      const undo = saga.register(voidThePayment(checkout, paymentId));
      try {
        await authorizeCard(cardPaymentOf(checkout), card);
        return { ...checkout, paymentId };
      } catch (declined) {
        try {
          if (!mayChangeCard(checkout, declined)) throw declined;
          await saga.undo(undo);
          paymentMethod = await anotherCard(checkout, declined);
        } catch (error) {
          recordPaymentFailed(checkout, paymentId, error);
          throw error;
        }
      }
    }
  });
}

function cardFor({ checkoutId, customerId, quote }: PricedCheckout, attempt: number, paymentMethod: string): Card {
  return {
    paymentId: paymentIdOf(checkoutId, attempt),
    checkoutId,
    customerId,
    amount: { amount: quote.amounts.total, currency: quote.amounts.currency },
    paymentMethod,
  };
}

/** The milestone of a payment that did not come about; a cancellation is not the payment's failure. */
export function recordPaymentFailed(checkout: PricedCheckout, paymentId: PaymentId, error: unknown): void {
  if (isCancellation(error)) return;
  const { type: reason, message } = reasonOf(error);
  checkout.attempts.failedPaymentId = paymentId;
  checkout.milestones.record('PaymentFailed', {
    ...eventIds(checkout),
    ...recipient(checkout),
    paymentId,
    reason,
    message,
  });
}
