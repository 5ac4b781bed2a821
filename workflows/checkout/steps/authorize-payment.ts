import { isCancellation } from '@temporalio/workflow';
import type { PaymentId } from '../../../contracts/identifiers.ts';
import { refusals } from '../../../contracts/refusals.ts';
import type { Payment } from '../../../services/payments/contract.ts';
import { failure } from '../../kit/failure.ts';
import { isOutcomeUnknown, reasonOf } from '../../kit/reason.ts';
import type { Undo } from '../../kit/saga.ts';
import {
  type AuthorizedCheckout,
  names,
  type PayableCheckout,
  type PricedCheckout,
  paymentIdOf,
  recipient,
} from '../open-checkout.ts';
import { isGivenBack } from '../payment.ts';
import { anotherCard, mayChangeCard } from '../waits/another-card.ts';
import { decideAboutPart } from '../waits/captured-in-part.ts';
import { challenge } from '../waits/challenge.ts';
import type { Card } from '../waits/payment-news.ts';
import { review } from '../waits/review.ts';
import { learnOutcome } from '../waits/unknown-outcome.ts';
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
      const card = cardOf(checkout, attempt, paymentMethod);
      const { paymentId } = card;
      const undo = saga.register(voidThePayment(checkout, paymentId));
      try {
        await hold(checkout, card);
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

export const voidThePayment = ({ calls }: PricedCheckout, paymentId: PaymentId): Undo => ({
  name: 'void the payment',
  of: paymentId,
  run: async () => (await calls.voidPayment(paymentId)).outcome !== 'nothing',
});

function cardOf({ checkoutId, customerId, quote }: PricedCheckout, attempt: number, paymentMethod: string): Card {
  return {
    paymentId: paymentIdOf(checkoutId, attempt),
    checkoutId,
    customerId,
    amount: { amount: quote.amounts.total, currency: quote.amounts.currency },
    paymentMethod,
  };
}

/** Until the money is held: by the bank at once, after the customer or a reviewer has agreed, or not at all. */
async function hold(checkout: PricedCheckout, card: Card): Promise<void> {
  let payment = await ask(checkout, card);
  for (;;) {
    switch (payment.state) {
      case 'authorized':
        return;
      case 'captured':
        // Somebody has said yes at the provider, unless all was given back since: the capture finds it done.
        if (isGivenBack(payment)) throw givenBack(card);
        return;
      case 'captured_in_part':
        await decideAboutPart(checkout, card.paymentId);
        return;
      case 'requires_action':
        payment = await challenge(checkout, card, payment.nextAction?.url);
        break;
      case 'in_review':
        payment = await review(checkout, card);
        break;
      case 'processing':
        await learnOutcome(checkout, card.paymentId);
        payment = await checkout.calls.getPayment(card);
        break;
      default:
        throw failure('InvalidState', `the payment ${card.paymentId} is ${payment.state}; it cannot be authorized`);
    }
  }
}

const givenBack = ({ paymentId }: Card) =>
  failure(refusals.PaymentCancelled, `the payment ${paymentId} was captured and given back at the provider`);

/** A refusal is an answer. After anything else the outcome is unknown, and has to be learnt before anything is done. */
async function ask(checkout: PricedCheckout, card: Card): Promise<Payment> {
  try {
    return await checkout.calls.authorizePayment(card);
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const state = await learnOutcome(checkout, card.paymentId);
    if (state === 'created') throw error;
    return checkout.calls.getPayment(card);
  }
}

/** The milestone of a payment that did not come about; a cancellation is not the payment's failure. */
export function recordPaymentFailed(checkout: PricedCheckout, paymentId: PaymentId, error: unknown): void {
  if (isCancellation(error)) return;
  const { type: reason, message } = reasonOf(error);
  checkout.attempts.failedPaymentId = paymentId;
  checkout.milestones.record('PaymentFailed', {
    ...names(checkout),
    ...recipient(checkout),
    paymentId,
    reason,
    message,
  });
}
