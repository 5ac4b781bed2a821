import { describe, expect, test } from '@jest/globals';
import {
  challengeOf,
  isAwaited,
  isUnconfirmed,
  paymentState,
  planVoid,
  refundedAmount,
  refuseUnlessAuthorized,
  refuseUnlessCaptured,
  reviewOf,
} from '../../services/payments/intent.ts';

type Intent = Parameters<typeof paymentState>[0];

const intent = (status: Intent['status'], changes: object = {}): Intent =>
  ({
    status,
    last_payment_error: null,
    latest_charge: null,
    amount_received: 0,
    cancellation_reason: null,
    next_action: null,
    review: null,
    ...changes,
  }) as Intent;

const refusedCard = { last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' } };
const inReview = { review: { id: 'prv_1', open: true } };
const chargeOf = (captured: number, refunded: number) => ({
  amount_received: captured,
  latest_charge: { amount_captured: captured, amount_refunded: refunded },
});

/** Every state of a payment, by an intent that is in it. */
const states = {
  created: intent('requires_confirmation'),
  failed: intent('requires_payment_method', refusedCard),
  requires_action: intent('requires_action'),
  in_review: intent('requires_capture', inReview),
  authorized: intent('requires_capture'),
  captured: intent('succeeded', chargeOf(500, 0)),
  voided: intent('canceled'),
  processing: intent('processing'),
} as const;
type State = keyof typeof states;
const stateNames = Object.keys(states) as State[];

describe("the provider's status", () => {
  test.each(stateNames)('%s is told in the words of the contract', (state) => {
    expect(paymentState(states[state])).toBe(state);
  });

  test('before the first confirmation is no failure, with or without a card', () => {
    for (const status of ['requires_payment_method', 'requires_confirmation'] as const) {
      expect(isUnconfirmed(intent(status))).toBe(true);
      expect(paymentState(intent(status))).toBe('created');
    }
  });

  test('after a refused confirmation is a failure until it is confirmed again', () => {
    expect(isUnconfirmed(states.failed)).toBe(false);
    expect(paymentState(intent('requires_confirmation', refusedCard))).toBe('created');
  });

  test.each(['requires_action', 'requires_capture', 'processing', 'succeeded', 'canceled'] as const)(
    '%s comes after a confirmation',
    (status) => {
      expect(isUnconfirmed(intent(status))).toBe(false);
    },
  );

  test('that is unknown here is one that nothing is decided by', () => {
    expect(paymentState(intent('requires_something_new' as never))).toBe('processing');
  });

  test('is awaited while the customer, a reviewer or the bank has the next move, and only then', () => {
    expect(stateNames.filter((state) => isAwaited(states[state]))).toEqual([
      'requires_action',
      'in_review',
      'processing',
    ]);
  });
});

describe('the review of a payment', () => {
  test('holds the payment while it is open', () => {
    expect(paymentState(intent('requires_capture', { review: { id: 'prv_1', open: false } }))).toBe('authorized');
  });

  test('is none where there never was one, or where only its id was read', () => {
    expect(reviewOf(intent('requires_capture'))).toBeUndefined();
    expect(reviewOf(intent('requires_capture', { review: 'prv_1' }))).toBeUndefined();
    expect(reviewOf(states.in_review)).toMatchObject({ id: 'prv_1' });
  });
});

describe('the page where the customer confirms', () => {
  const next_action = { redirect_to_url: { url: 'https://bank.example/3ds' } };

  test('is there while the bank asks for it, and only then', () => {
    expect(challengeOf(intent('requires_action', { next_action }))).toBe('https://bank.example/3ds');
    expect(challengeOf(intent('succeeded', { next_action }))).toBeUndefined();
  });

  test.each([
    ['nothing', null],
    ['another action', { use_stripe_sdk: {} }],
    ['a page without an address', { redirect_to_url: { url: null } }],
  ])('is none where the bank asks for %s', (_, other) => {
    expect(challengeOf(intent('requires_action', { next_action: other }))).toBeUndefined();
  });
});

describe('what was given back', () => {
  test('is the refunded amount of what was captured', () => {
    expect(refundedAmount(intent('succeeded', chargeOf(500, 120)))).toBe(120);
  });

  test('is nothing for a voided authorization, which the provider lists as refunded', () => {
    expect(refundedAmount(intent('canceled', chargeOf(0, 500)))).toBe(0);
  });

  test('is nothing where no charge was read', () => {
    expect(refundedAmount(intent('succeeded'))).toBe(0);
    expect(refundedAmount(intent('succeeded', { latest_charge: 'ch_1' }))).toBe(0);
  });
});

describe('an authorization', () => {
  const allowed = (state: State) => {
    try {
      refuseUnlessAuthorized(states[state]);
      return true;
    } catch {
      return false;
    }
  };

  test('is refused where the bank refused or the payment was cancelled, and only there', () => {
    expect(stateNames.filter((state) => !allowed(state))).toEqual(['failed', 'voided']);
  });

  test("says the bank's reason", () => {
    expect(() => refuseUnlessAuthorized(states.failed)).toThrow(
      expect.objectContaining({ type: 'InsufficientFunds', detail: { facts: { declineCode: 'insufficient_funds' } } }),
    );
  });

  test('of a cancelled payment needs a new payment', () => {
    expect(() => refuseUnlessAuthorized(states.voided)).toThrow(expect.objectContaining({ type: 'PaymentCancelled' }));
  });
});

describe('a capture', () => {
  const refusalIn = (given: Intent) => {
    try {
      return refuseUnlessCaptured(given);
    } catch (error) {
      return (error as { type: string }).type;
    }
  };

  test('is done when the money was taken, PaymentCancelled when it was cancelled, InvalidState in any other state', () => {
    for (const state of stateNames) {
      const refusal = state === 'captured' ? undefined : state === 'voided' ? 'PaymentCancelled' : 'InvalidState';
      expect([state, refusalIn(states[state])]).toEqual([state, refusal]);
    }
  });

  test.each([
    ['automatic', 'AuthorizationExpired'],
    ['expired', 'AuthorizationExpired'],
    ['requested_by_customer', 'PaymentCancelled'],
    ['abandoned', 'PaymentCancelled'],
  ])('of a payment whose cancellation was %s is %s', (cancellation_reason, type) => {
    expect(refusalIn(intent('canceled', { cancellation_reason }))).toBe(type);
  });

  test('has not expired while the payment stands, whatever was noted earlier', () => {
    expect(refusalIn(intent('requires_capture', { cancellation_reason: 'expired' }))).toBe('InvalidState');
  });
});

describe('a void', () => {
  test.each<[State, object]>([
    ['created', { act: 'cancel', outcome: 'voided' }],
    ['failed', { act: 'cancel', outcome: 'nothing' }],
    ['requires_action', { act: 'cancel', outcome: 'voided' }],
    ['in_review', { act: 'cancel', outcome: 'voided' }],
    ['authorized', { act: 'cancel', outcome: 'voided' }],
    ['captured', { act: 'refund', outcome: 'refunded' }],
    ['voided', { act: 'none' }],
    ['processing', { act: 'wait' }],
  ])('of a payment that is %s is %j', (state, plan) => {
    expect(planVoid(states[state])).toEqual(plan);
  });

  test('gives back what is left, and nothing once all was given back', () => {
    expect(planVoid(intent('succeeded', chargeOf(500, 499)))).toMatchObject({ act: 'refund' });
    expect(planVoid(intent('succeeded', chargeOf(500, 500)))).toEqual({ act: 'none' });
  });
});
