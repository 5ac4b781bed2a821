import { describe, expect, test } from '@jest/globals';
import Stripe from 'stripe';
import { cardFailure, toServiceFailure } from '../../services/payments/provider-failures.ts';

const { errors } = Stripe;
type Raw = ConstructorParameters<typeof errors.StripeError>[0];

const raw = (more: object = {}) => ({ message: 'No such thing: sk_live_secret', ...more }) as Raw;

/** Every kind of error of the provider, and what it is here; the outcome is unknown after the first three types. */
const kinds = [
  ['DeadlineExceeded', new errors.StripeConnectionError(raw({ detail: { code: 'ETIMEDOUT' } }))],
  ['Unavailable', new errors.StripeConnectionError(raw({ detail: { code: 'ECONNREFUSED' } }))],
  ['Unavailable', new errors.StripeConnectionError(raw({ detail: { code: 'ECONNRESET' } }))],
  ['Unavailable', new errors.StripeConnectionError(raw())],
  ['Unavailable', new errors.StripeAuthenticationError(raw({ statusCode: 401 }))],
  ['Unavailable', new errors.StripePermissionError(raw({ statusCode: 403 }))],
  ['Internal', new errors.StripeAPIError(raw({ statusCode: 500 }))],
  ['Internal', new errors.StripeAPIError(raw({ statusCode: 503 }))],
  ['Internal', new errors.StripeAPIError(raw({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } }))],
  ['RateLimited', new errors.StripeRateLimitError(raw({ statusCode: 429 }))],
  ['IdempotencyConflict', new errors.StripeIdempotencyError(raw({ statusCode: 400 }))],
  ['InProgress', new errors.StripeInvalidRequestError(raw({ statusCode: 409 }))],
  ['AuthorizationExpired', new errors.StripeInvalidRequestError(raw({ code: 'charge_expired_for_capture' }))],
  ['InvalidState', new errors.StripeInvalidRequestError(raw({ code: 'payment_intent_unexpected_state' }))],
  ['InvalidState', new errors.StripeInvalidRequestError(raw({ code: 'charge_already_refunded' }))],
  ['Rejected', new errors.StripeInvalidRequestError(raw({ code: 'parameter_unknown' }))],
  ['CardDeclined', new errors.StripeCardError(raw({ code: 'card_declined', decline_code: 'generic_decline' }))],
  ['CardDeclined', new errors.StripeCardError(raw({ code: 'expired_card' }))],
  ['InsufficientFunds', new errors.StripeCardError(raw({ code: 'card_declined', decline_code: 'insufficient_funds' }))],
  ['AuthenticationFailed', new errors.StripeCardError(raw({ code: 'payment_intent_authentication_failure' }))],
] as const;

describe('an error of the provider', () => {
  test.each(kinds)('is %s: %p', (type, error) => {
    expect(toServiceFailure(error)).toMatchObject({ name: 'ServiceFailure', type });
  });

  test('that says when to come back is heard, and else waits a second', () => {
    const limited = (headers: object) => toServiceFailure(new errors.StripeRateLimitError(raw({ headers })));
    expect(limited({ 'retry-after': '7' })).toMatchObject({ detail: { retryAfterMilliseconds: 7_000 } });
    for (const headers of [{}, { 'retry-after': 'soon' }, { 'retry-after': '-1' }]) {
      expect(limited(headers)).toMatchObject({ detail: { retryAfterMilliseconds: 1_000 } });
    }
  });

  test('that is none of the provider’s stays as it is', () => {
    const defect = new TypeError('not a function');
    expect(toServiceFailure(defect)).toBe(defect);
  });
});

test('a decline without any code is a decline all the same', () => {
  expect(cardFailure({})).toMatchObject({
    type: 'CardDeclined',
    detail: { facts: { declineCode: 'generic_decline' } },
  });
});
