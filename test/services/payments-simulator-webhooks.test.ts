import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import Stripe from 'stripe';
import type { WebhookFaults } from '../../doubles/payment-simulator/webhook-faults.ts';
import { planDeliveries, webhookFaultsSchema } from '../../doubles/payment-simulator/webhook-faults.ts';
import type { WebhookTruth } from '../../doubles/payment-simulator/webhook-store.ts';
import { type Receiver, type Simulator, startReceiver, startSimulator } from './payments-simulator-environment.ts';

const secret = 'whsec_test';

let receiver: Receiver;
let simulator: Simulator;
beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ webhook: { url: receiver.url, secret, firstPauseMilliseconds: 5 } });
});
afterEach(async () => {
  await simulator.stop();
  await receiver.stop();
});

async function captured(paymentId?: string) {
  const { id } = await simulator.createIntent('pm_card_visa', paymentId);
  await simulator.stripe.paymentIntents.confirm(id);
  await simulator.stripe.paymentIntents.capture(id);
  return id;
}

const authorizedType = 'payment_intent.amount_capturable_updated';
const succeededType = 'payment_intent.succeeded';
const setFaults = (faults: Partial<WebhookFaults>) =>
  simulator.admin('PUT', 'webhook_faults', { seed: 'seed', ...faults });

/** Until the simulator has written down what became of every webhook. */
async function allSettled(count: number): Promise<WebhookTruth[]> {
  for (;;) {
    const webhooks = await simulator.webhooks();
    if (webhooks.length >= count && webhooks.every(({ state }) => state !== 'pending')) return webhooks;
  }
}

test('what happens is told with a signature that the SDK accepts, and kept as an event', async () => {
  const id = await captured();
  await receiver.waitFor(2);
  const [first] = receiver.received;
  const event = Stripe.webhooks.constructEvent(first?.body ?? '', first?.signature ?? '', secret);
  expect(event).toMatchObject({
    object: 'event',
    type: authorizedType,
    livemode: false,
    data: { object: { object: 'payment_intent', id, status: 'requires_capture' } },
    request: { id: expect.stringMatching(/^req_/), idempotency_key: expect.any(String) },
  });
  expect(() => Stripe.webhooks.constructEvent(`${first?.body} `, first?.signature ?? '', secret)).toThrow();
  expect(() => Stripe.webhooks.constructEvent(first?.body ?? '', first?.signature ?? '', 'whsec_other')).toThrow();
  expect(await simulator.stripe.events.retrieve(event.id)).toMatchObject({ id: event.id, type: event.type });
  const listed = await simulator.stripe.events.list({ type: authorizedType });
  expect(listed.data.map(({ id }) => id)).toEqual([event.id]);
  expect(receiver.types()).toEqual([authorizedType, succeededType]);
});

test('every ending has its event', async () => {
  const id = await captured();
  await simulator.stripe.refunds.create({ payment_intent: id, amount: 98 });
  const declined = await simulator.createIntent('pm_card_chargeDeclined');
  await expect(simulator.stripe.paymentIntents.confirm(declined.id)).rejects.toBeInstanceOf(
    Stripe.errors.StripeCardError,
  );
  await simulator.stripe.paymentIntents.cancel(declined.id);
  expect(await simulator.eventTypes(id)).toEqual([authorizedType, succeededType, 'refund.created', 'charge.refunded']);
  expect(await simulator.eventTypes(declined.id)).toEqual(['payment_intent.payment_failed', 'payment_intent.canceled']);
});

test('a webhook is sent again until it is accepted', async () => {
  let refusals = 3;
  receiver.answerWith(() => (refusals-- > 0 ? 503 : 204));
  const { id } = await simulator.createIntent();
  await simulator.stripe.paymentIntents.confirm(id);
  await receiver.waitFor(4);
  expect(await allSettled(1)).toMatchObject([{ state: 'delivered', attempts: 4, lastAnswer: '204' }]);
  expect(new Set(receiver.received.map(({ body }) => JSON.parse(body).id)).size).toBe(1);
});

test('one that is never accepted is given up, visibly', async () => {
  receiver.answerWith(({ body }) => (body.includes(authorizedType) ? 400 : 200));
  await setFaults({ delay: 1, delayMilliseconds: 3_600_000 });
  const { id } = await simulator.createIntent();
  await simulator.stripe.paymentIntents.confirm(id);
  // As after 19 attempts, without their pauses; the next event lets the simulator look.
  await sql`update webhook_deliveries set attempts = 19, next_attempt_at = now()`.execute(simulator.database);
  await setFaults({});
  await simulator.stripe.paymentIntents.capture(id);
  expect(await allSettled(2)).toMatchObject([
    { state: 'given_up', attempts: 20, lastAnswer: '400' },
    { state: 'delivered', attempts: 1 },
  ]);
});

describe('faults of webhooks', () => {
  test('a dropped one is lost for good', async () => {
    await setFaults({ drop: 1 });
    const id = await captured();
    await setFaults({ drop: 0 });
    await simulator.stripe.refunds.create({ payment_intent: id });
    await receiver.waitFor(2);
    expect(receiver.types()).toEqual(['refund.created', 'charge.refunded']);
    expect((await allSettled(4)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['dropped', 0],
      ['dropped', 0],
      ['delivered', 1],
      ['delivered', 1],
    ]);
  });

  test('a duplicate is the same event', async () => {
    await setFaults({ duplicate: 1 });
    const { id } = await simulator.createIntent();
    await simulator.stripe.paymentIntents.confirm(id);
    await receiver.waitFor(2);
    expect(receiver.received[0]?.body.replace(/"pending_webhooks":\d/, '')).toBe(
      receiver.received[1]?.body.replace(/"pending_webhooks":\d/, ''),
    );
  });

  test.each([
    ['which it waits for', {}],
    ['which ends its own delay', { delay: 1, delayMilliseconds: 3_600_000 }],
  ])('one that is reordered comes after the next of its intent, %s', async (_, more) => {
    await setFaults({ reorder: 1, ...more });
    const { id } = await simulator.createIntent();
    await simulator.stripe.paymentIntents.confirm(id);
    await setFaults({});
    await simulator.stripe.paymentIntents.capture(id);
    await receiver.waitFor(2);
    expect(receiver.types()).toEqual([succeededType, authorizedType]);
  });

  test('one that is delayed waits', async () => {
    await setFaults({ delay: 1, delayMilliseconds: 3_600_000 });
    const { id } = await simulator.createIntent();
    await simulator.stripe.paymentIntents.confirm(id);
    await setFaults({});
    await simulator.stripe.paymentIntents.capture(id);
    await receiver.waitFor(1);
    expect(receiver.types()).toEqual([succeededType]);
    const [delayed] = await simulator.webhooks();
    expect(delayed).toMatchObject({ state: 'pending', attempts: 0, nextAttemptAt: expect.any(String) });
  });

  test('an early one comes before the answer of the call that causes it', async () => {
    await setFaults({ early: 1 });
    const { id } = await simulator.createIntent();
    let isAnswered = false;
    receiver.answerWith(async () => {
      // A reader of the intent now finds it changed already.
      const { status } = await simulator.stripe.paymentIntents.retrieve(id);
      return !isAnswered && status === 'requires_capture' ? 200 : 500;
    });
    await simulator.stripe.paymentIntents.confirm(id);
    isAnswered = true;
    expect(receiver.received).toHaveLength(1);
    expect(await simulator.webhooks()).toMatchObject([{ state: 'delivered', attempts: 1 }]);
  });

  test('the same seed and the same payments meet the same faults', async () => {
    const run = async (seed: string) => {
      await simulator.admin('PUT', 'webhook_faults', { seed, drop: 0.4, duplicate: 0.4 });
      await sql`delete from webhook_deliveries`.execute(simulator.database);
      for (const index of [1, 2, 3, 4, 5, 6]) await captured(`payment-${index}`);
      return (await simulator.webhooks()).map(
        ({ paymentId, type, state }) => `${paymentId} ${type} ${state === 'dropped'}`,
      );
    };
    const first = await run('one');
    expect(await run('one')).toEqual(first);
    expect(await run('two')).not.toEqual(first);
  });

  test('each fault happens as often as it is asked for', () => {
    const faults = webhookFaultsSchema.parse({ seed: 's', drop: 0.25, duplicate: 0.5, reorder: 0.5, early: 0.5 });
    const plans = Array.from({ length: 2_000 }, (_, index) => planDeliveries(faults, `event-${index}`));
    const sent = plans.filter(([first]) => !first?.isDropped);
    const share = (count: number, of: number) => count / of;
    expect(share(plans.length - sent.length, plans.length)).toBeCloseTo(0.25, 1);
    expect(share(sent.filter((copies) => copies.length === 2).length, sent.length)).toBeCloseTo(0.5, 1);
    expect(share(sent.filter(([first]) => first?.isHeld).length, sent.length)).toBeCloseTo(0.5, 1);
    expect(planDeliveries(null, 'event-1')).toEqual([
      { isDropped: false, isEarly: false, isHeld: false, waitMilliseconds: 0 },
    ]);
  });

  test('a wrong plan is refused', async () => {
    expect(await setFaults({ drop: 2 })).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(await simulator.admin('GET', 'webhook_faults')).toEqual({ webhook_faults: null });
  });
});

test('without an endpoint there are events, and no webhooks', async () => {
  const quiet = await startSimulator();
  try {
    const { id } = await quiet.createIntent();
    await quiet.stripe.paymentIntents.confirm(id);
    expect(await quiet.eventTypes(id)).toEqual([authorizedType]);
    expect(await quiet.webhooks()).toEqual([]);
  } finally {
    await quiet.stop();
  }
});
