import type Stripe from 'stripe';
import { ServiceFailure } from '../../contracts/failures.ts';
import { refusals } from '../../contracts/refusals.ts';
import type { Payment } from './contract.ts';
import { cardFailure } from './provider-failures.ts';

type Intent = Pick<
  Stripe.PaymentIntent,
  | 'status'
  | 'last_payment_error'
  | 'latest_charge'
  | 'amount'
  | 'amount_received'
  | 'cancellation_reason'
  | 'next_action'
  | 'review'
>;

/** Whether the intent still waits for its first confirmation: no money has moved, and none was refused. */
export function isUnconfirmed({ status, last_payment_error }: Intent): boolean {
  return status === 'requires_confirmation' || (status === 'requires_payment_method' && !last_payment_error);
}

/** The review of the intent, which has to be read with it; `undefined` where there never was one. */
export function reviewOf({ review }: Pick<Intent, 'review'>): Stripe.Review | undefined {
  return review !== null && typeof review === 'object' ? review : undefined;
}

/** Where the customer confirms the payment to the bank, while the bank asks for it. */
export function challengeOf({ status, next_action }: Pick<Intent, 'status' | 'next_action'>): string | undefined {
  return status === 'requires_action' ? (next_action?.redirect_to_url?.url ?? undefined) : undefined;
}

/** Whether something still has to happen that no call of this service makes happen: it comes with a webhook. */
export function isAwaited(intent: Intent): boolean {
  return ['requires_action', 'in_review', 'processing'].includes(paymentState(intent));
}

/** The provider's status in the words of the contract. */
export function paymentState(intent: Intent): Payment['state'] {
  switch (intent.status) {
    case 'requires_payment_method':
    case 'requires_confirmation':
      return isUnconfirmed(intent) ? 'created' : 'failed';
    case 'requires_action':
      return 'requires_action';
    case 'requires_capture':
      return reviewOf(intent)?.open ? 'in_review' : 'authorized';
    case 'succeeded':
      return intent.amount_received < intent.amount ? 'captured_in_part' : 'captured';
    case 'canceled':
      return 'voided';
    default:
      return 'processing';
  }
}

/** Minor units given back of what was captured. Stripe counts a voided authorization as refunded, too: that is none. */
export function refundedAmount({ latest_charge: charge }: Intent): number {
  return charge !== null && typeof charge === 'object' && charge.amount_captured > 0 ? charge.amount_refunded : 0;
}

/**
 * @throws {ServiceFailure} `CardDeclined`, `InsufficientFunds` or `AuthenticationFailed` when the bank refused,
 * `AuthorizationExpired` or `PaymentCancelled` when the intent was cancelled at the provider
 */
export function refuseUnlessAuthorized(intent: Intent): void {
  const state = paymentState(intent);
  if (state === 'failed') throw cardFailure(intent.last_payment_error ?? {});
  if (state === 'voided') throw endedAtProvider(intent);
}

/**
 * @throws {ServiceFailure} `AuthorizationExpired` when the provider ended the authorization by itself, `PaymentCancelled`
 * when a person did there, `CapturedInPart` when less was captured than authorized, `InvalidState` in any other state but
 * captured
 */
export function refuseUnlessCaptured(intent: Intent): void {
  const state = paymentState(intent);
  if (state === 'captured') return;
  if (state === 'voided') throw endedAtProvider(intent);
  if (state === 'captured_in_part') {
    throw new ServiceFailure(
      refusals.CapturedInPart,
      `${intent.amount_received} of ${intent.amount} minor units were captured at the provider; the rest is released`,
      { facts: { captured: intent.amount_received, amount: intent.amount } },
    );
  }
  throw new ServiceFailure('InvalidState', `The payment is ${state}; only an authorized one is captured`);
}

/** An authorization that this service has not ended: it has run out, or a person has cancelled it. */
function endedAtProvider({ cancellation_reason }: Intent): ServiceFailure {
  const reason: string | null = cancellation_reason;
  return reason === 'automatic' || reason === 'expired'
    ? new ServiceFailure(
        refusals.AuthorizationExpired,
        'The authorization has expired; the payment has to be made again',
      )
    : new ServiceFailure(refusals.PaymentCancelled, 'The payment was cancelled at the provider; nothing was taken');
}

/** What a void has to do; `outcome` is what its caller is told. */
type VoidPlan =
  | { readonly act: 'wait' }
  | { readonly act: 'none' }
  | { readonly act: 'cancel'; readonly outcome: 'nothing' | 'voided' }
  | { readonly act: 'refund'; readonly outcome: 'refunded' };

/** A refused payment is cancelled as well, so that nothing stays open; its outcome is `nothing`: no money was held. */
export function planVoid(intent: Intent): VoidPlan {
  switch (paymentState(intent)) {
    case 'processing':
      return { act: 'wait' };
    case 'voided':
      return { act: 'none' };
    case 'captured':
    case 'captured_in_part':
      return refundedAmount(intent) < intent.amount_received ? { act: 'refund', outcome: 'refunded' } : { act: 'none' };
    case 'failed':
      return { act: 'cancel', outcome: 'nothing' };
    default:
      return { act: 'cancel', outcome: 'voided' };
  }
}
