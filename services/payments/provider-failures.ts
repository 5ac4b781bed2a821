import Stripe from 'stripe';
import { ServiceFailure } from '../../contracts/failures.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import { refusals } from '../../contracts/refusals.ts';

const { errors } = Stripe;
const defaultRetryAfter = 1_000;

/** Why a card was refused, as Stripe's card errors and a PaymentIntent's `last_payment_error` say it. */
interface CardRefusal {
  readonly code?: string | undefined;
  readonly decline_code?: string | undefined;
  readonly message?: string | undefined;
}

/**
 * An error that the provider stored for an idempotency key: every later call with the key is answered the same. Whether
 * the call took effect has to be read.
 */
class StoredFailure extends ServiceFailure {}

/**
 * What a failure means once a look has shown that its call took no effect: after a stored one the call never will, which
 * is `Rejected`; any other stays as it is.
 *
 * @param consequence what that means, and what to do
 */
export function withoutEffect(failure: ServiceFailure, consequence: string): ServiceFailure {
  return failure instanceof StoredFailure
    ? new ServiceFailure(
        'Rejected',
        `The payment provider stored an error for this call and will never answer it otherwise; ${consequence}`,
        {},
        { cause: failure },
      )
    : failure;
}

/** The refusal that the customer is told: `AuthenticationFailed`, `InsufficientFunds` or `CardDeclined`. */
export function cardFailure({ code, decline_code, message }: CardRefusal): ServiceFailure {
  if (code === 'payment_intent_authentication_failure') {
    return new ServiceFailure(
      refusals.AuthenticationFailed,
      'The bank could not confirm that the customer is who pays. Nothing was charged; try again, or use another card.',
    );
  }
  const declineCode = decline_code || code || 'generic_decline';
  return new ServiceFailure(
    declineCode === 'insufficient_funds' ? refusals.InsufficientFunds : refusals.CardDeclined,
    `${message ?? 'The card was declined.'} Nothing was charged; use another card or ask the bank that issued it.`,
    { facts: { declineCode } },
  );
}

/**
 * What went wrong at the provider, as a failure of the catalogue. The outcome of the call is unknown after
 * `DeadlineExceeded`, `Unavailable` and `Internal`; the other types say that it did not take effect.
 */
export function toServiceFailure(error: unknown): unknown {
  if (!(error instanceof errors.StripeError)) return error;
  // The error itself may hold details of a card and is never logged.
  const options = {
    cause: new Error([error.type, error.code, error.requestId, error.message].filter(Boolean).join(' ')),
  };
  const failure = (type: ConstructorParameters<typeof ServiceFailure>[0], message: string, detail = {}) =>
    new ServiceFailure(type, message, detail, options);

  if (error instanceof errors.StripeCardError) return cardFailure(error);
  if (error instanceof errors.StripeRateLimitError) {
    const seconds = Number(error.headers?.['retry-after']);
    return failure('RateLimited', 'The payment provider asks for fewer calls; try again later', {
      retryAfterMilliseconds: seconds > 0 ? seconds * 1000 : defaultRetryAfter,
    });
  }
  if (error instanceof errors.StripeConnectionError) {
    return (error.detail as { code?: string } | undefined)?.code === 'ETIMEDOUT'
      ? failure('DeadlineExceeded', 'The payment provider did not answer in time; call again to learn the outcome')
      : failure('Unavailable', 'The payment provider cannot be reached; call again to learn the outcome');
  }
  if (error instanceof errors.StripeIdempotencyError) {
    return failure('IdempotencyConflict', 'The payment provider knows this payment with other content');
  }
  if (error instanceof errors.StripeAuthenticationError || error instanceof errors.StripePermissionError) {
    return failure('Unavailable', "The payment provider refuses this service's key; check PAYMENT_PROVIDER_KEY");
  }
  if (error.statusCode === 409) return failure('InProgress', 'The payment provider is still busy with the same call');
  if (error.code === 'charge_expired_for_capture') {
    return failure(refusals.AuthorizationExpired, 'The authorization has expired; the payment has to be made again');
  }
  if (error.code === 'payment_intent_unexpected_state' || error.code === 'charge_already_refunded') {
    return failure('InvalidState', `The payment provider refused: ${error.message}`);
  }
  if (error.code === 'resource_missing' && error.param === 'payment_method') {
    return failure(
      refusals.PaymentMethodUnknown,
      'The payment provider does not know this payment method; use another one',
      {
        field: 'paymentMethod',
      },
    );
  }
  if (error.code === 'resource_missing') return failure('NotFound', `The payment provider says: ${error.message}`);
  if (error.code === 'charge_disputed') {
    return failure(
      refundRefusals.PaymentDisputed,
      'The payment is disputed at the bank: it cannot be refunded while or after that',
    );
  }
  if (error instanceof errors.StripeInvalidRequestError) {
    return failure('Rejected', `The payment provider refused: ${error.message}`);
  }
  const failed = 'The payment provider failed; call again to learn the outcome';
  return isReplayed(error.headers) ? new StoredFailure('Internal', failed, {}, options) : failure('Internal', failed);
}

/** Whether the provider answered with what it had stored for the idempotency key. */
export const isReplayed = (headers: Readonly<Record<string, string>> | undefined) =>
  headers?.['idempotent-replayed'] === 'true';
