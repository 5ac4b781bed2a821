import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import Stripe from 'stripe';
import { webhookSecret } from './payments-environment.ts';
import { eventOf, startWebhooks } from './payments-webhooks-environment.ts';

let webhooks: Awaited<ReturnType<typeof startWebhooks>>;
beforeAll(async () => {
  webhooks = await startWebhooks();
});
afterEach(() => webhooks.payments.signals.setDown(false));
afterAll(() => webhooks.payments.stop());

const now = () => Math.floor(Date.now() / 1000);

describe('what is refused', () => {
  const overheard = () => ({ timestamp: now() - 301 });
  test.each([
    ['with another secret', () => ({ secret: 'whsec_of_somebody_else' })],
    ['without a signature', () => ({ signature: null })],
    ['with a signature that is none', () => ({ signature: 't=1,v1=abc' })],
    ['with an empty signature', () => ({ signature: 't=,v1=' })],
    ['with a signature without a time', () => ({ signature: 'v1=abc' })],
    ['with a time that is none', () => ({ signature: `t=now,v1=${'a'.repeat(64)}` })],
    ['with a signature that is no hexadecimal number', () => ({ signature: `t=${now()},v1=${'ü'.repeat(64)}` })],
    ['with signs alone', () => ({ signature: ',=,=,t=,v1' })],
    ['more than five minutes old', overheard],
  ])('an event %s', async (_, how) => {
    const { intentId, told } = await webhooks.waiting();
    const event = eventOf(intentId);
    const answer = await webhooks.send(event, how());
    expect(answer).toMatchObject({ status: 400, failure: 'InvalidSignature' });
    expect(answer.form.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(told()).toBe(0);
    expect(await webhooks.isRemembered(event.id)).toBe(false);
  });

  test('an event of which a byte was changed', async () => {
    const { intentId, told } = await webhooks.waiting();
    const payload = JSON.stringify(eventOf(intentId));
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
    expect(await webhooks.send(payload.replace('succeeded', 'succeedeD'), { signature })).toMatchObject({
      failure: 'InvalidSignature',
    });
    expect(told()).toBe(0);
  });

  test('one of just less than five minutes ago is taken', async () => {
    const { intentId, told } = await webhooks.waiting();
    expect(await webhooks.send(eventOf(intentId), { timestamp: now() - 290 })).toMatchObject({ status: 200 });
    expect(told()).toBe(1);
  });

  test('an intent that is not known here, until it is', async () => {
    const { request, intentId, told } = await webhooks.waiting();
    const setIntent = (id: string | undefined) =>
      sql`update payments set intent_id = ${id} where payment_id = ${request.paymentId}`.execute(
        webhooks.payments.database,
      );
    await setIntent('pi_another');
    const event = eventOf(intentId);
    expect(await webhooks.send(event)).toMatchObject({ status: 404, failure: 'NotFound' });
    expect(await webhooks.isRemembered(event.id)).toBe(false);
    await setIntent(intentId);
    expect(await webhooks.send(event)).toMatchObject({ status: 200 });
    expect(told()).toBe(1);
  });

  test.each(['no JSON', '{"id":"evt_1"}', 'null'])('what is signed and no event: %s', async (payload) => {
    expect(await webhooks.send(payload)).toMatchObject({ status: 400, failure: 'InvalidRequest' });
  });

  test('nothing: an event about something else is let pass', async () => {
    expect(
      await webhooks.send({ id: 'evt_other', data: { object: { id: 'cus_1', object: 'customer' } } }),
    ).toMatchObject({
      status: 200,
    });
  });
});

test('nothing that the body says is believed', async () => {
  const { request, intentId, told } = await webhooks.waiting();
  const other = await webhooks.waiting();
  const lie = { amount_received: 5998, metadata: { payment_id: other.request.paymentId, checkout_id: 'checkout-x' } };
  expect(await webhooks.send(eventOf(intentId, lie))).toMatchObject({ status: 200, body: { received: true } });
  expect(told()).toBe(1);
  expect(other.told()).toBe(0);
  expect(await webhooks.payments.client.findPayment({ paymentId: request.paymentId })).toMatchObject({
    state: 'requires_action',
  });
  expect(await webhooks.payments.movements(request.paymentId)).toEqual([]);
});

describe('while checkouts cannot be told', () => {
  test('an event is not taken, so that it comes again', async () => {
    const { intentId, told } = await webhooks.waiting();
    const event = eventOf(intentId);
    webhooks.payments.signals.setDown(true);
    expect(await webhooks.send(event)).toMatchObject({ status: 503, failure: 'Unavailable' });
    expect(await webhooks.isRemembered(event.id)).toBe(false);
    webhooks.payments.signals.setDown(false);
    expect(await webhooks.send(event)).toMatchObject({ status: 200 });
    expect(told()).toBe(1);
    expect(await webhooks.isRemembered(event.id)).toBe(true);
  });

  test('the provider does send it again', async () => {
    const { url, told } = await webhooks.waiting();
    webhooks.payments.signals.setDown(true);
    await webhooks.payments.answerChallenge(url, 'complete');
    await refusedWebhook();
    webhooks.payments.signals.setDown(false);
    await webhooks.untilTold(told);
  });
});

/** Until the provider has got 503 for a webhook. */
async function refusedWebhook(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from webhook_deliveries where last_answer = '503' and state = 'pending'
    `.execute(webhooks.payments.simulatorDatabase);
    if (rows.length > 0) return;
  }
}
