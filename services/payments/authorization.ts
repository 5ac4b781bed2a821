import type Stripe from 'stripe';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import type { Payment } from './contract.ts';
import { isUnconfirmed, paymentState, refuseUnlessAuthorized, refuseUnlessCaptured, reviewOf } from './intent.ts';
import { lookAgain, markUnknown, toPayment } from './look.ts';
import type { PaymentProvider } from './provider.ts';
import { withoutEffect } from './provider-failures.ts';
import * as store from './store.ts';

/**
 * Two calls to the provider: one makes the intent, one confirms it. The intent's id is stored between them, so an
 * outcome that got lost is found by reading the intent, never by a new key. Asked again after both, it only reads.
 *
 * @throws {ServiceFailure} `CardDeclined`, `InsufficientFunds`, `AuthenticationFailed`, `PaymentMethodUnknown`,
 * `PaymentCancelled`, `AuthorizationExpired`, the same again after the payment was voided; `InvalidState` when it was
 * voided for another reason, `Rejected`, `IdempotencyConflict`, `InProgress`, `RateLimited`; the outcome is unknown after
 * `DeadlineExceeded`, `Unavailable` and `Internal`
 */
export async function authorize(
  database: store.Database,
  provider: PaymentProvider,
  request: store.AuthorizationRequest,
): Promise<Payment> {
  const payment = await store.registerPayment(database, request, provider.returnUrl);
  try {
    const confirmed = await markUnknown(database, payment, () => confirm(database, provider, payment));
    const intent = await lookAgain(database, provider, payment, confirmed);
    refuseUnlessAuthorized(intent);
    return toPayment(payment, intent);
  } catch (error) {
    if (error instanceof ServiceFailure && error.failure.kind === 'expected') {
      const { type, message, detail } = error;
      await store.rememberRefusal(database, payment.paymentId, { type, message, detail });
    }
    throw error;
  }
}

async function confirm(
  database: store.Database,
  provider: PaymentProvider,
  payment: store.PaymentRow,
): Promise<Stripe.PaymentIntent> {
  const intent =
    payment.intentId === null
      ? await makeIntent(database, provider, payment)
      : await provider.retrieveIntent(payment.intentId);
  if (!isUnconfirmed(intent)) return intent;
  return readWhereUnsure(
    provider,
    intent.id,
    () => provider.confirmIntent(intent.id, payment),
    (current) => !isUnconfirmed(current),
  );
}

async function makeIntent(
  database: store.Database,
  provider: PaymentProvider,
  payment: store.PaymentRow,
): Promise<Stripe.PaymentIntent> {
  const intent = await provider.createIntent(payment).catch((error: unknown) => {
    // An intent whose id is not known here was never confirmed: there is nothing to read.
    throw error instanceof ServiceFailure ? withoutEffect(error, nothingTaken) : error;
  });
  const { isVoided } = await store.rememberIntent(database, payment.paymentId, intent.id);
  if (isVoided) throw store.wasVoided(payment.paymentId);
  return intent;
}

/**
 * @throws {ServiceFailure} `NotFound`, `AuthorizationExpired`, `PaymentCancelled`, `CapturedInPart`, `Rejected`, `InvalidState` when nothing is authorized or
 * its review is open, `InProgress`, `RateLimited`; the outcome is unknown after `DeadlineExceeded`, `Unavailable` and
 * `Internal`
 */
export async function capture(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
): Promise<Payment> {
  const payment = await store.findPayment(database, paymentId);
  const intentId = openIntent(payment);
  if (payment.isAwaited && paymentState(await provider.retrieveIntent(intentId)) === 'in_review') {
    throw new ServiceFailure('InvalidState', `the payment ${paymentId} is in review; approve the review, or void it`);
  }
  const intent = await markUnknown(database, payment, () =>
    readWhereUnsure(
      provider,
      intentId,
      () => provider.captureIntent(intentId, paymentId),
      (current) => current.status !== 'requires_capture',
    ),
  );
  refuseUnlessCaptured(intent);
  return toPayment(payment, await lookAgain(database, provider, payment, intent));
}

/**
 * Ends the review of a held payment; one that was approved before stays so.
 *
 * @throws {ServiceFailure} `NotFound`, `Rejected`, `InvalidState` when there is no review that could be approved,
 * `InProgress`, `RateLimited`, `DeadlineExceeded`, `Unavailable`, `Internal`: the same call again tells the outcome
 */
export async function approveReview(
  database: store.Database,
  provider: PaymentProvider,
  paymentId: PaymentId,
): Promise<Payment> {
  const payment = await store.findPayment(database, paymentId);
  const intentId = openIntent(payment);
  let intent = await provider.retrieveIntent(intentId);
  const review = reviewOf(intent);
  if (review?.open) {
    let failure = new ServiceFailure('InProgress', 'The payment provider has not closed the review yet; try again');
    try {
      await provider.approveReview(review.id, paymentId);
    } catch (error) {
      if (!(error instanceof ServiceFailure)) throw error;
      failure = error;
    }
    intent = await provider.retrieveIntent(intentId);
    if (reviewOf(intent)?.open) {
      throw withoutEffect(failure, 'approve the review at the provider by hand, then call again');
    }
  }
  if (reviewOf(intent)?.closed_reason !== 'approved') {
    throw new ServiceFailure(
      'InvalidState',
      `the payment ${paymentId} is ${paymentState(intent)} and has no review that could be approved`,
    );
  }
  return toPayment(payment, await lookAgain(database, provider, payment, intent));
}

/** The intent of a payment that goes on. @throws {ServiceFailure} `InvalidState` when it does not */
function openIntent({ paymentId, intentId, isVoided }: store.PaymentRow): string {
  if (isVoided) throw store.wasVoided(paymentId);
  if (intentId === null) {
    throw new ServiceFailure('InvalidState', `the payment ${paymentId} is not authorized yet; authorize it first`);
  }
  return intentId;
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
    if (!isSettled(intent)) throw withoutEffect(error, nothingTaken);
    return intent;
  }
}

const nothingTaken = 'nothing was taken. Void this payment; pay with another one';

/** Whether only a look at the provider's own state can tell what happened. */
export const isUnsure = (error: unknown): error is ServiceFailure =>
  error instanceof ServiceFailure && (error.type === 'Internal' || error.type === 'InvalidState');
