import { holdAmount, refusePayment } from './bank.ts';
import type { Change } from './change.ts';
import { lockIntent } from './payment-intents.ts';
import type { IntentRow } from './store.ts';
import { StripeError } from './stripe-error.ts';

export type ChallengeOutcome = 'complete' | 'fail';

const authenticationFailure = {
  type: 'invalid_request_error',
  code: 'payment_intent_authentication_failure',
  message: 'The customer did not confirm the payment to the bank. Use another payment method.',
} as const;

/**
 * The customer passes the challenge, then the bank is asked; or fails it.
 *
 * @throws {StripeError} 404 when there is no such intent, 409 when it needs no challenge; nothing has changed then
 */
export async function answerChallenge(change: Change, id: string, outcome: ChallengeOutcome): Promise<IntentRow> {
  const intent = await lockIntent(change.transaction, id, 'intent');
  refuseUnlessChallenged(intent);
  return outcome === 'complete' ? holdAmount(change, intent) : refusePayment(change, intent, authenticationFailure);
}

/** @throws {StripeError} 409 when the intent needs no challenge */
export function refuseUnlessChallenged(intent: IntentRow): void {
  if (intent.status === 'requires_action') return;
  throw new StripeError(409, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `This payment needs no confirmation: its status is ${intent.status}. Nothing was changed.`,
  });
}
