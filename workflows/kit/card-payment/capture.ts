import type { PaymentId } from '../../../contracts/identifiers.ts';
import { refusals } from '../../../contracts/refusals.ts';
import { failure } from '../failure.ts';
import { isOutcomeUnknown, reasonOf } from '../reason.ts';
import { decideAboutPart } from './captured-in-part.ts';
import type { CardPaymentHost } from './host.ts';
import { learnOutcome } from './unknown-outcome.ts';

/** Why the money was not taken and cannot be. */
export interface CaptureRefusal {
  readonly error: unknown;
}

/**
 * Takes the money that is held, until it is known whether it was taken: the pivot of the process, to be run where nothing
 * cancels it.
 *
 * @returns the refusal, when it is certain that the money was not and cannot be taken
 */
export function captureCard(host: CardPaymentHost, paymentId: PaymentId): Promise<CaptureRefusal | undefined> {
  return host.operator.untilDone('capture the payment', () => captureUntilKnown(host, paymentId));
}

/** @throws when it is certain that the money is held still: it is to be tried again */
async function captureUntilKnown(host: CardPaymentHost, paymentId: PaymentId): Promise<CaptureRefusal | undefined> {
  try {
    await host.calls.capturePayment(paymentId);
    return undefined;
  } catch (error) {
    const isPart = reasonOf(error).type === 'CapturedInPart';
    if (!isPart && !isOutcomeUnknown(error)) return { error };
    const state = isPart ? 'captured_in_part' : await learnOutcome(host, paymentId);
    if (state === 'captured') return undefined;
    if (state === 'captured_in_part') return decide(host, paymentId);
    if (state === 'authorized') throw error;
    return {
      error: failure(
        refusals.AuthorizationExpired,
        `the payment ${paymentId} is ${state}: it cannot be captured any more`,
      ),
    };
  }
}

async function decide(host: CardPaymentHost, paymentId: PaymentId): Promise<CaptureRefusal | undefined> {
  try {
    await decideAboutPart(host, paymentId);
    return undefined;
  } catch (error) {
    return { error };
  }
}
