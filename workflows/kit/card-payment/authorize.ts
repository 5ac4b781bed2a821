import type { PaymentId } from '../../../contracts/identifiers.ts';
import { refusals } from '../../../contracts/refusals.ts';
import type { Payment } from '../../../services/payments/contract.ts';
import { failure } from '../failure.ts';
import { isOutcomeUnknown } from '../reason.ts';
import type { Undo } from '../saga.ts';
import type { Card } from './calls.ts';
import { decideAboutPart } from './captured-in-part.ts';
import { challenge } from './challenge.ts';
import type { CardPaymentHost } from './host.ts';
import { isGivenBack } from './payment.ts';
import { review } from './review.ts';
import { learnOutcome } from './unknown-outcome.ts';

/** Leaves no money behind, whatever the provider did. To be registered before the payment is authorized. */
export const voidThePayment = ({ calls }: Pick<CardPaymentHost, 'calls'>, paymentId: PaymentId): Undo => ({
  name: 'void the payment',
  of: paymentId,
  run: async () => (await calls.voidPayment(paymentId)).outcome !== 'nothing',
});

/**
 * Holds the money without taking it: by the bank at once, after the customer or a reviewer has agreed, or not at all. An
 * outcome that is unknown is learnt before this ends.
 *
 * @throws the refusal of the bank, the provider, the customer or the reviewer; whatever it is, the undo is left to the process
 */
export async function authorizeCard(host: CardPaymentHost, card: Card): Promise<void> {
  let payment = await requestAuthorization(host, card);
  for (;;) {
    switch (payment.state) {
      case 'authorized':
        return;
      case 'captured':
        // Somebody has said yes at the provider, unless all was given back since: the capture finds it done.
        if (isGivenBack(payment)) throw givenBack(card);
        return;
      case 'captured_in_part':
        await decideAboutPart(host, card.paymentId);
        return;
      case 'requires_action':
        payment = await challenge(host, card, payment.nextAction?.url);
        break;
      case 'in_review':
        payment = await review(host, card);
        break;
      case 'processing':
        await learnOutcome(host, card.paymentId);
        payment = await host.calls.getPayment(card);
        break;
      default:
        throw failure('InvalidState', `the payment ${card.paymentId} is ${payment.state}; it cannot be authorized`);
    }
  }
}

const givenBack = ({ paymentId }: Card) =>
  failure(refusals.PaymentCancelled, `the payment ${paymentId} was captured and given back at the provider`);

/** A refusal is an answer. After anything else the outcome is unknown, and has to be learnt before anything is done. */
async function requestAuthorization(host: CardPaymentHost, card: Card): Promise<Payment> {
  try {
    return await host.calls.authorizePayment(card);
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw error;
    const state = await learnOutcome(host, card.paymentId);
    if (state === 'created') throw error;
    return host.calls.getPayment(card);
  }
}
