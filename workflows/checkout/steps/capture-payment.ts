import type { PaymentId } from '../../../contracts/identifiers.ts';
import { refusals } from '../../../contracts/refusals.ts';
import { failure } from '../../kit/failure.ts';
import { isOutcomeUnknown, reasonOf } from '../../kit/reason.ts';
import { type AuthorizedCheckout, names } from '../open-checkout.ts';
import { decideAboutPart } from '../waits/captured-in-part.ts';
import { learnOutcome } from '../waits/unknown-outcome.ts';
import { recordPaymentFailed } from './authorize-payment.ts';

/**
 * Takes the money: the pivot. From here on the checkout only goes forward. Nothing is left to take
 * where nothing is to be paid, or an earlier run has taken it.
 */
export async function capturePayment(checkout: AuthorizedCheckout): Promise<void> {
  const { paymentId, quote, progress, operator, milestones } = checkout;
  if (!paymentId) return;
  await progress.step('capture the payment', async () => {
    const refusal = checkout.isPaid
      ? undefined
      : await operator.untilDone('capture the payment', () => captureUntilKnown(checkout, paymentId));
    if (refusal) {
      recordPaymentFailed(checkout, paymentId, refusal.error);
      throw refusal.error;
    }
    milestones.record('PaymentProcessed', { ...names(checkout), paymentId, amounts: quote.amounts });
  });
}

/**
 * @returns the refusal, when it is certain that the money was not and cannot be taken
 * @throws when it is certain that the money is held still: it is to be tried again
 */
async function captureUntilKnown(
  checkout: AuthorizedCheckout,
  paymentId: PaymentId,
): Promise<{ error: unknown } | undefined> {
  try {
    await checkout.calls.capturePayment(paymentId);
    return undefined;
  } catch (error) {
    const isPart = reasonOf(error).type === 'CapturedInPart';
    if (!isPart && !isOutcomeUnknown(error)) return { error };
    const state = isPart ? 'captured_in_part' : await learnOutcome(checkout, paymentId);
    if (state === 'captured') return undefined;
    if (state === 'captured_in_part') return decide(checkout, paymentId);
    if (state === 'authorized') throw error;
    return {
      error: failure(
        refusals.AuthorizationExpired,
        `the payment ${paymentId} is ${state}: it cannot be captured any more`,
      ),
    };
  }
}

async function decide(checkout: AuthorizedCheckout, paymentId: PaymentId): Promise<{ error: unknown } | undefined> {
  try {
    await decideAboutPart(checkout, paymentId);
    return undefined;
  } catch (error) {
    return { error };
  }
}
