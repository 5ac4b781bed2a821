import { describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { isAwaited, isUnconfirmed, paymentState, planVoid } from '../../services/payments/intent.ts';

type Intent = Parameters<typeof planVoid>[0];

const charge = { amount_captured: 5998, amount_refunded: 0 };
const intent = (status: Stripe.PaymentIntent['status'], more: object = {}) =>
  ({
    status,
    last_payment_error: null,
    latest_charge: null,
    amount_received: 0,
    cancellation_reason: null,
    next_action: null,
    review: null,
    ...more,
  }) as Intent;

const captured = (refunded: number) =>
  intent('succeeded', { amount_received: 5998, latest_charge: { ...charge, amount_refunded: refunded } });

/** Every status of the provider, with all that we make of it: the state, whether a webhook is awaited, what a void does. */
const all = [
  [intent('requires_payment_method'), 'created', false, { act: 'cancel', outcome: 'voided' }],
  [intent('requires_confirmation'), 'created', false, { act: 'cancel', outcome: 'voided' }],
  [
    intent('requires_payment_method', { last_payment_error: { code: 'card_declined' } }),
    'failed',
    false,
    { act: 'cancel', outcome: 'nothing' },
  ],
  [intent('requires_action'), 'requires_action', true, { act: 'cancel', outcome: 'voided' }],
  [intent('processing'), 'processing', true, { act: 'wait' }],
  [intent('requires_capture'), 'authorized', false, { act: 'cancel', outcome: 'voided' }],
  [intent('requires_capture', { review: { open: true } }), 'in_review', true, { act: 'cancel', outcome: 'voided' }],
  [intent('requires_capture', { review: { open: false } }), 'authorized', false, { act: 'cancel', outcome: 'voided' }],
  [captured(0), 'captured', false, { act: 'refund', outcome: 'refunded' }],
  [captured(1000), 'captured', false, { act: 'refund', outcome: 'refunded' }],
  [captured(5998), 'captured', false, { act: 'none' }],
  [intent('canceled'), 'voided', false, { act: 'none' }],
] as const;

describe.each(all)('an intent that is %j', (given, state, awaited, plan) => {
  test(`is ${state}`, () => {
    expect(paymentState(given)).toBe(state);
    expect(isAwaited(given)).toBe(awaited);
    expect(planVoid(given)).toEqual(plan);
    expect(isUnconfirmed(given)).toBe(state === 'created');
  });
});

test('a status that the provider invents is still processing: nothing is concluded from it', () => {
  expect(paymentState(intent('a_new_one' as 'processing'))).toBe('processing');
});
