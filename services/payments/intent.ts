import type Stripe from 'stripe';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { Payment } from './contract.ts';
import { cardFailure } from './provider-failures.ts';

type Intent = Pick<
  Stripe.PaymentIntent,
  | 'status'
  | 'last_payment_error'
  | 'latest_charge'
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
      return 'captured';
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
 * `InvalidState` when the intent was cancelled
 */
export function refuseUnlessAuthorized(intent: Intent): void {
  const state = paymentState(intent);
  if (state === 'failed') throw cardFailure(intent.last_payment_error ?? {});
  if (state === 'voided') {
    throw new ServiceFailure('InvalidState', 'The payment was cancelled at the provider; make a new one');
  }
}

/**
 * @throws {ServiceFailure} `AuthorizationExpired` when the provider ended the authorization by itself, `InvalidState`
 * in any state but captured
 */
export function refuseUnlessCaptured(intent: Intent): void {
  if (intent.status === 'succeeded') return;
  const reason: string | null = intent.cancellation_reason;
  if (intent.status === 'canceled' && (reason === 'automatic' || reason === 'expired')) {
    throw new ServiceFailure('AuthorizationExpired', 'The authorization has expired; the payment has to be made again');
  }
  throw new ServiceFailure(
    'InvalidState',
    `The payment is ${paymentState(intent)}; only an authorized one is captured`,
  );
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
      return refundedAmount(intent) < intent.amount_received ? { act: 'refund', outcome: 'refunded' } : { act: 'none' };
    case 'failed':
      return { act: 'cancel', outcome: 'nothing' };
    default:
      return { act: 'cancel', outcome: 'voided' };
  }
}
