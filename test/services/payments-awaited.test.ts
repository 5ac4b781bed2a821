import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newPayment } from './payments-environment.ts';
import { eventOf, startWebhooks } from './payments-webhooks-environment.ts';

let webhooks: Awaited<ReturnType<typeof startWebhooks>>;
beforeAll(async () => {
  webhooks = await startWebhooks();
});
afterAll(() => webhooks.payments.stop());

async function isAwaited(paymentId: string): Promise<boolean | undefined> {
  const { rows } = await sql<{ isAwaited: boolean }>`
    select is_awaited as "isAwaited" from payments where payment_id = ${paymentId}
  `.execute(webhooks.payments.database);
  return rows[0]?.isAwaited;
}

/** Whether the checkout is told of a webhook about the payment. */
async function isTold(request: ReturnType<typeof newPayment>, intentId: string | undefined): Promise<boolean> {
  const before = webhooks.payments.signals.count(request);
  expect(await webhooks.send(eventOf(intentId))).toMatchObject({ status: 200 });
  return webhooks.payments.signals.count(request) > before;
}

describe('a payment whose outcome is unknown is awaited: its webhook tells the checkout', () => {
  test.each([
    ['DeadlineExceeded', 'pm_fault_capture_then_hang'],
    ['Internal', 'pm_fault_capture_500'],
    ['RateLimited', 'pm_fault_capture_rate_limited'],
  ])('after %s of a capture: unless the provider said that nothing happened', async (type, method) => {
    const request = newPayment(method);
    const { intentId } = await webhooks.payments.client.authorize(request);
    expect(await isAwaited(request.paymentId)).toBe(false);

    const capture = webhooks.payments.client.capture({ paymentId: request.paymentId });

    await expect(capture).rejects.toMatchObject({ type });
    expect(await isAwaited(request.paymentId)).toBe(type !== 'RateLimited');
    expect(await isTold(request, intentId)).toBe(type !== 'RateLimited');
  });

  test.each([
    ['DeadlineExceeded', 'pm_fault_apply_then_hang'],
    ['Internal', 'pm_fault_500'],
  ])('after %s of an authorization', async (type, method) => {
    const request = newPayment(method);

    await expect(webhooks.payments.client.authorize(request)).rejects.toMatchObject({ type });

    expect(await isAwaited(request.paymentId)).toBe(true);
    expect(await isTold(request, (await webhooks.payments.intents(request.paymentId))[0]?.intentId)).toBe(true);
  });

  test('after Unavailable of a capture, of an authorization and of its confirmation', async () => {
    const [captured, fresh] = [newPayment(), newPayment()];
    const { intentId } = await webhooks.payments.client.authorize(captured);
    await webhooks.payments.stopSimulator();
    try {
      const calls = [
        webhooks.payments.client.capture({ paymentId: captured.paymentId }),
        webhooks.payments.client.authorize(fresh),
      ];
      // All are awaited at once: one that is refused while another is waited for would have no handler.
      const types = (await Promise.allSettled(calls)).map((call) => call.status === 'rejected' && call.reason.type);
      expect(types).toEqual(['Unavailable', 'Unavailable']);
      for (const { paymentId } of [captured, fresh]) expect(await isAwaited(paymentId)).toBe(true);
      expect(await isTold(captured, intentId)).toBe(true);
    } finally {
      await webhooks.payments.startSimulator();
    }
    const known = await webhooks.payments.client.capture({ paymentId: captured.paymentId });
    expect(known).toMatchObject({ state: 'captured' });
    expect(await isAwaited(captured.paymentId)).toBe(false);
    expect(await isTold(captured, intentId)).toBe(false);
  });
});

test.each([
  ['requires_action', 'pm_card_authenticationRequired', true],
  ['in_review', 'pm_card_riskLevelElevated', true],
  ['authorized', 'pm_card_visa', false],
] as const)('a payment that is %s is awaited: %#', async (state, method, awaited) => {
  const request = newPayment(method);
  const { intentId, state: answered } = await webhooks.payments.client.authorize(request);
  expect(answered).toBe(state);
  expect(await isAwaited(request.paymentId)).toBe(awaited);
  expect(await isTold(request, intentId)).toBe(awaited);
});
