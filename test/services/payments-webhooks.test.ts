import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newPayment } from './payments-environment.ts';
import { eventOf, startWebhooks } from './payments-webhooks-environment.ts';

let webhooks: Awaited<ReturnType<typeof startWebhooks>>;
beforeAll(async () => {
  webhooks = await startWebhooks();
});
afterEach(() => webhooks.payments.admin('DELETE', 'webhook_faults'));
afterAll(() => webhooks.payments.stop());

describe('what the provider reports', () => {
  test('a passed challenge: the checkout is told, and reads that the amount is held', async () => {
    const { request, url, told } = await webhooks.waiting();
    await webhooks.payments.answerChallenge(url, 'complete');
    await webhooks.untilTold(told);
    expect(await webhooks.payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
  });

  test('a failed challenge', async () => {
    const { request, url, told } = await webhooks.waiting();
    await webhooks.payments.answerChallenge(url, 'fail');
    await webhooks.untilTold(told);
    await expect(webhooks.payments.client.authorize(request)).rejects.toMatchObject({ type: 'AuthenticationFailed' });
  });

  test('a review that was closed at the provider', async () => {
    const { request, intentId, told } = await webhooks.waiting('pm_card_riskLevelElevated');
    const { reviewId } = (
      await sql<{ reviewId: string }>`
        select review_id as "reviewId" from payment_intents where id = ${intentId}
      `.execute(webhooks.payments.simulatorDatabase)
    ).rows[0] as { reviewId: string };
    await fetch(`${webhooks.payments.simulatorUrl}/v1/reviews/${reviewId}/approve`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_dashboard' },
    });
    await webhooks.untilTold(told);
    expect(await webhooks.payments.client.findPayment({ paymentId: request.paymentId })).toMatchObject({
      state: 'authorized',
    });
  });

  test('an outcome that was unknown', async () => {
    const request = newPayment('pm_fault_capture_then_hang');
    const { paymentId } = request;
    await webhooks.payments.client.authorize(request);
    await expect(webhooks.payments.client.capture({ paymentId })).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    expect(await webhooks.send(eventOf((await webhooks.payments.intents(paymentId))[0]?.intentId))).toMatchObject({
      status: 200,
    });
    expect(webhooks.payments.signals.count(request)).toBeGreaterThan(0);
  });

  test('a payment that no checkout waits for: its calls had their own answers', async () => {
    const request = newPayment();
    const { paymentId } = request;
    const { intentId } = await webhooks.payments.client.authorize(request);
    const event = eventOf(intentId);
    expect(await webhooks.send(event)).toMatchObject({ status: 200 });
    await webhooks.payments.client.capture({ paymentId });
    expect(await webhooks.send(eventOf(intentId))).toMatchObject({ status: 200 });
    expect(webhooks.payments.signals.count(request)).toBe(0);
    expect(await webhooks.isRemembered(event.id)).toBe(false);
  });

  test('a change between the look and its mark is found by a second look', async () => {
    const { request, url } = await webhooks.waiting();
    const { paymentId } = request;
    await sql`update payments set is_awaited = false where payment_id = ${paymentId}`.execute(
      webhooks.payments.database,
    );
    const ending = await webhooks.payments.database.transaction().execute(async (transaction) => {
      await sql`select 1 from payments where payment_id = ${paymentId} for update`.execute(transaction);
      const authorizing = webhooks.payments.client.authorize(request);
      await someoneWaitsForRow();
      await webhooks.payments.answerChallenge(url, 'complete');
      return { authorizing };
    });
    expect(await ending.authorizing).toMatchObject({ state: 'authorized' });
  });
});

describe('duplicates and order', () => {
  test('the same event tells once', async () => {
    const { intentId, told } = await webhooks.waiting();
    const event = eventOf(intentId);
    const answers = await Promise.all(Array.from({ length: 6 }, () => webhooks.send(event)));
    answers.push(await webhooks.send(event));
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(200));
    expect(told()).toBe(1);
  });

  test('events that come twice and in a wrong order: the payment is what the provider says', async () => {
    await webhooks.payments.admin('PUT', 'webhook_faults', { seed: 'order', duplicate: 1, reorder: 1 });
    const { request, url, told } = await webhooks.waiting();
    await webhooks.payments.answerChallenge(url, 'complete');
    await webhooks.untilTold(told);
    expect(await webhooks.payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
    expect(await webhooks.payments.movements(request.paymentId)).toEqual(['authorized 5998']);
  });

  test('an event that is older than what is known changes nothing', async () => {
    const { request, intentId, url, told } = await webhooks.waiting();
    await webhooks.payments.answerChallenge(url, 'complete');
    await webhooks.untilTold(told);
    await webhooks.send(eventOf(intentId, { status: 'requires_action' }));
    expect(await webhooks.payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
  });

  test('events that come before the answer of the call', async () => {
    await webhooks.payments.admin('PUT', 'webhook_faults', { seed: 'early', early: 1 });
    const { request, url, told } = await webhooks.waiting();
    await webhooks.payments.answerChallenge(url, 'complete');
    await webhooks.untilTold(told);
    expect(await webhooks.payments.client.authorize(request)).toMatchObject({ state: 'authorized' });
  });
});

/** Until a statement waits for a row that this test has locked. */
async function someoneWaitsForRow(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and query like '%update payments set is_awaited%'
    `.execute(webhooks.payments.database);
    if (rows.length > 0) return;
  }
}
