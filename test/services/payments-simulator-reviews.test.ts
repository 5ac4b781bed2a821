import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { type Simulator, startSimulator } from './payments-simulator-environment.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

async function inReview() {
  const { id } = await simulator.createIntent('pm_card_riskLevelElevated');
  const intent = await simulator.stripe.paymentIntents.confirm(id);
  return { id, intent, reviewId: String(intent.review) };
}

const openReviews = async () => (await simulator.stripe.reviews.list({ limit: 100 })).data.map(({ id }) => id);

test('an elevated risk is authorized and opens a review', async () => {
  const { id, intent, reviewId } = await inReview();
  expect(intent).toMatchObject({ status: 'requires_capture', review: expect.stringMatching(/^prv_/) });
  expect(await simulator.stripe.reviews.retrieve(reviewId)).toMatchObject({
    object: 'review',
    open: true,
    reason: 'rule',
    closed_reason: null,
    payment_intent: id,
    charge: intent.latest_charge,
  });
  expect(await openReviews()).toContain(reviewId);
  expect(await simulator.movements(id)).toEqual(['authorized 5998']);
  expect(await simulator.truth(id)).toMatchObject({ held: 5998, openReviewId: reviewId });
  expect(await simulator.eventTypes(id)).toEqual(['review.opened', 'payment_intent.amount_capturable_updated']);
});

test('an approval closes it, once; the intent shows the closed review and is captured by another call', async () => {
  const { id, reviewId } = await inReview();
  const idempotencyKey = `approve-${id}`;
  const first = await simulator.stripe.reviews.approve(reviewId, {}, { idempotencyKey });
  expect(first).toMatchObject({ open: false, reason: 'approved', closed_reason: 'approved' });
  const again = await simulator.stripe.reviews.approve(reviewId, {}, { idempotencyKey });
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  await expect(simulator.stripe.reviews.approve(reviewId)).rejects.toMatchObject({
    type: 'StripeInvalidRequestError',
    message: expect.stringContaining('approved'),
  });
  expect(await openReviews()).not.toContain(reviewId);
  expect(await simulator.stripe.paymentIntents.retrieve(id, { expand: ['review'] })).toMatchObject({
    status: 'requires_capture',
    review: { id: reviewId, open: false },
  });
  expect(await simulator.truth(id)).toMatchObject({ openReviewId: null });
  expect((await simulator.eventTypes(id)).filter((type) => type === 'review.closed')).toHaveLength(1);
  expect(await simulator.stripe.paymentIntents.capture(id)).toMatchObject({ status: 'succeeded' });
});

test.each<[Stripe.Review.ClosedReason, (id: string) => Promise<unknown>]>([
  ['canceled', (id) => simulator.stripe.paymentIntents.cancel(id)],
  [
    'refunded',
    async (id) => {
      await simulator.stripe.paymentIntents.capture(id);
      await simulator.stripe.refunds.create({ payment_intent: id, amount: 1 });
      await simulator.stripe.refunds.create({ payment_intent: id, amount: 1 });
    },
  ],
])('a payment that is %s closes its review once', async (reason, end) => {
  const { id, reviewId } = await inReview();
  await end(id);
  expect(await simulator.stripe.reviews.retrieve(reviewId)).toMatchObject({ open: false, reason });
  expect((await simulator.eventTypes(id)).filter((type) => type === 'review.closed')).toHaveLength(1);
  await expect(simulator.stripe.reviews.approve(reviewId)).rejects.toMatchObject({
    message: expect.stringContaining(reason),
  });
});

test('an unknown review', async () => {
  await expect(simulator.stripe.reviews.retrieve('prv_nobody')).rejects.toMatchObject({ code: 'resource_missing' });
  await expect(simulator.stripe.reviews.approve('prv_nobody')).rejects.toMatchObject({ code: 'resource_missing' });
});
