import { instant } from '../../kit/instant.ts';
import { reasonOf } from '../../kit/reason.ts';
import type { PayableCheckout, PricedCheckout } from '../open-checkout.ts';
import { waitFor } from './wait-for.ts';

const replaceable: ReadonlySet<string> = new Set([
  'CardDeclined',
  'InsufficientFunds',
  'AuthenticationFailed',
  'ChallengeExpired',
  'PaymentMethodUnknown',
]);

/** Whether another card can help, and the caller wants to be asked for one. */
export function mayChangeCard({ request, deadline }: PayableCheckout, declined: unknown): boolean {
  return request.onDecline === 'wait' && replaceable.has(reasonOf(declined).type) && Date.now() < deadline;
}

/**
 * Asks the customer for another card until the deadline of the checkout.
 *
 * @throws what declined the card before, when no other one came
 */
export function anotherCard(checkout: PricedCheckout, declined: unknown): Promise<string> {
  const { conversation, deadline } = checkout;
  const reason = reasonOf(declined);
  const message = `pay with another card (${reason.message})`;
  const waitingFor = { who: 'customer', message, until: instant(deadline) } as const;
  return waitFor(checkout, { state: 'needs-action', waitingFor, reason }, async () => {
    const paymentMethod = await conversation.anotherCard(deadline - Date.now());
    if (paymentMethod === undefined) throw declined;
    return paymentMethod;
  });
}
