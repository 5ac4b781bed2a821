import type Stripe from 'stripe';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import type { Payment } from './contract.ts';
import { isUnconfirmed, paymentState, refundedAmount, refuseUnlessAuthorized, refuseUnlessCaptured } from './intent.ts';
import type { PaymentProvider } from './provider.ts';
import * as store from './store.ts';

/**
 * Two calls to the provider: one makes the intent, one confirms it. The intent's id is stored between them, so an
 * outcome that got lost is found by reading the intent, never by a new key.
 *
 * @throws {ServiceFailure} `CardDeclined`, `InsufficientFunds`, `IdempotencyConflict`, `InvalidState` when it was
 * voided, `InProgress`, `RateLimited`; the outcome is unknown after `DeadlineExceeded`, `Unavailable` and `Internal`
 */
export async function authorize(
  database: store.Database,
  provider: PaymentProvider,
  request: store.AuthorizationRequest,
): Promise<Payment> {
  const known = await store.registerPayment(database, request);
  const intent =
    known.intentId === null
      ? await makeIntent(database, provider, known)
      : await provider.retrieveIntent(known.intentId);
  const settled = isUnconfirmed(intent)
    ? await readWhereUnsure(
        provider,
        intent.id,
        () => provider.confirmIntent(intent.id, known.paymentId),
        (current) => !isUnconfirmed(current),
      )
    : intent;
  refuseUnlessAuthorized(settled);
  return toPayment(known, settled);
}

async function makeIntent(
  database: store.Database,
  provider: PaymentProvider,
  payment: store.PaymentRow,
): Promise<Stripe.PaymentIntent> {
  const intent = await provider.createIntent(payment);
  const { isVoided } = await store.rememberIntent(database, payment.paymentId, intent.id);
  if (isVoided) throw store.wasVoided(payment.paymentId);
  return intent;
}

/**
 * @throws {ServiceFailure} `NotFound`, `AuthorizationExpired`, `InvalidState` when nothing is authorized, `InProgress`,
 * `RateLimited`; the outcome is unknown after `DeadlineExceeded`, `Unavailable` and `Internal`
 */
export async function capture(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
): Promise<Payment> {
  const payment = await store.findPayment(database, paymentId);
  if (payment.isVoided) throw store.wasVoided(paymentId);
  const { intentId } = payment;
  if (intentId === null) {
    throw new ServiceFailure('InvalidState', `the payment ${paymentId} is not authorized yet; authorize it first`);
  }
  const intent = await readWhereUnsure(
    provider,
    intentId,
    () => provider.captureIntent(intentId, paymentId),
    (current) => current.status !== 'requires_capture',
  );
  refuseUnlessCaptured(intent);
  return toPayment(payment, intent);
}

/**
 * Where the provider fails, perhaps with an error that it stored for the key and gives for ever, or finds the intent in
 * another state than expected, the intent itself tells what is true.
 */
async function readWhereUnsure(
  provider: PaymentProvider,
  intentId: string,
  act: () => Promise<Stripe.PaymentIntent>,
  isSettled: (intent: Stripe.PaymentIntent) => boolean,
): Promise<Stripe.PaymentIntent> {
  try {
    return await act();
  } catch (error) {
    if (!isUnsure(error)) throw error;
    const intent = await provider.retrieveIntent(intentId);
    if (!isSettled(intent)) throw error;
    return intent;
  }
}

/** Whether only a look at the provider's own state can tell what happened. */
export const isUnsure = (error: unknown): error is ServiceFailure =>
  error instanceof ServiceFailure && (error.type === 'Internal' || error.type === 'InvalidState');

/** One payment as the provider knows it now; one that it has not heard of is `created`. */
export async function describePayment(provider: PaymentProvider, payment: store.PaymentRow): Promise<Payment> {
  if (payment.intentId !== null) return toPayment(payment, await provider.retrieveIntent(payment.intentId));
  const { paymentId, amount, currency } = payment;
  return { paymentId, state: payment.isVoided ? 'voided' : 'created', amount: { amount, currency }, refunded: 0 };
}

function toPayment({ paymentId, amount, currency }: store.PaymentRow, intent: Stripe.PaymentIntent): Payment {
  return {
    paymentId,
    intentId: intent.id,
    state: paymentState(intent),
    amount: { amount, currency },
    refunded: refundedAmount(intent),
  };
}
