import type { Payment } from '../../../services/payments/contract.ts';
import { isOutcomeUnknown } from '../reason.ts';
import type { Card } from './calls.ts';
import type { CardPaymentHost } from './host.ts';

const minute = 60_000;

/**
 * Waits until a payment is no longer as it is: until the provider's webhook says so, and, since webhooks get lost, looks by
 * itself after 1, 3, 7, 15 … minutes. Believes only what the provider answers when it is asked.
 *
 * @param until milliseconds since 1970
 * @param isDecided ends the wait early
 * @returns the payment in another state, or `undefined` when the time is over
 * @throws {ActivityFailure} with the refusal, where the bank or the provider has refused it
 */
export async function paymentNews(
  { conversation, calls }: CardPaymentHost,
  card: Card,
  {
    while: state,
    until,
    isDecided = () => false,
  }: { while: Payment['state']; until: number; isDecided?: () => boolean },
): Promise<Payment | undefined> {
  let pause = minute;
  let nextLook = Date.now() + pause;
  while (!isDecided()) {
    await conversation.somethingNew(Math.min(nextLook, until) - Date.now(), `the payment is ${state}`);
    if (isDecided()) break;
    const payment = await look(calls, card);
    if (payment && payment.state !== state) return payment;
    const now = Date.now();
    if (now >= until) break;
    if (now >= nextLook) {
      pause *= 2;
      nextLook = now + pause;
    }
  }
  return undefined;
}

/** A look that fails tells nothing: the next one may. */
async function look(calls: CardPaymentHost['calls'], card: Card): Promise<Payment | undefined> {
  try {
    return await calls.getPayment(card);
  } catch (error) {
    if (isOutcomeUnknown(error)) return undefined;
    throw error;
  }
}
