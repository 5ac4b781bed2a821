import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PaymentId } from '../../contracts/identifiers.ts';
import { newPayment } from './payments-environment.ts';
import { eventOf, startWebhooks } from './payments-webhooks-environment.ts';

let webhooks: Awaited<ReturnType<typeof startWebhooks>>;
let payments: (typeof webhooks)['payments'];
beforeAll(async () => {
  webhooks = await startWebhooks();
  payments = webhooks.payments;
});
afterAll(() => payments.stop());

async function authorized(paymentMethod = 'pm_card_visa') {
  const request = newPayment(paymentMethod);
  await payments.client.authorize(request);
  return request;
}

async function captured() {
  const request = await authorized();
  await payments.client.capture({ paymentId: request.paymentId });
  return request;
}

const refundOf = (refundId: string) => payments.client.findProviderRefund({ refundId: refundId as never });

/** Until something was taken up. */
async function untilTakenUp(request: Parameters<(typeof payments)['signals']['takenUp']>[0], count = 1) {
  while (payments.signals.takenUp(request).length < count) await payments.signals.next();
}

describe('what was done to an intent at the provider', () => {
  test.each([
    ['cancel', 'PaymentCancelled'],
    ['expire', 'AuthorizationExpired'],
  ])('%s: refuses authorization and capture with %s, and no void forgets it', async (action, type) => {
    const request = await authorized();
    const { paymentId } = request;
    await payments.dashboard(`payments/${paymentId}/${action}`);
    await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({ type });
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type });
    expect(await payments.client.void({ paymentId })).toMatchObject({ outcome: 'nothing' });
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type });
  });

  test('a capture in review is a captured payment, and the capture finds it done', async () => {
    const request = await authorized('pm_card_riskLevelElevated');
    const { paymentId } = request;
    await payments.dashboard(`payments/${paymentId}/capture`);
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'captured' });
    expect(await payments.client.capture({ paymentId })).toMatchObject({ state: 'captured' });
  });

  test('a capture of a part is no capture, and a void gives the part back', async () => {
    const request = await authorized();
    const { paymentId } = request;
    await payments.dashboard(`payments/${paymentId}/capture`, { amount: 1000 });
    expect(await payments.client.authorize(request)).toMatchObject({ state: 'captured_in_part' });
    await expect(payments.client.capture({ paymentId })).rejects.toMatchObject({
      type: 'CapturedInPart',
      detail: { facts: { captured: 1000, amount: 5998 } },
    });
    expect(await payments.client.void({ paymentId })).toMatchObject({ outcome: 'refunded' });
    expect((await payments.movements(paymentId)).at(-1)).toBe('refunded 1000');
  });
});

describe('a refusal', () => {
  test.each([
    ['pm_card_chargeDeclined', 'CardDeclined', { facts: { declineCode: 'generic_decline' } }],
    ['pm_card_chargeDeclinedInsufficientFunds', 'InsufficientFunds', {}],
    ['pm_nobody', 'PaymentMethodUnknown', { field: 'paymentMethod' }],
  ])('%s: is told again after the payment was voided', async (paymentMethod, type, detail) => {
    const request = newPayment(paymentMethod);
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type });
    await payments.client.void({ paymentId: request.paymentId });
    await expect(payments.client.authorize(request)).rejects.toMatchObject({ type, detail });
    const other = { ...request, amount: { amount: 1, currency: 'USD' as const } };
    await expect(payments.client.authorize(other)).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  });
});

describe('a void that keeps what is captured', () => {
  const keep = (paymentId: string) => payments.client.void({ paymentId, captured: 'keep' });

  test('leaves a captured payment alone, which can be refunded still', async () => {
    const { paymentId } = await captured();
    for (const _ of ['first', 'again']) {
      expect(await keep(paymentId)).toMatchObject({ outcome: 'captured', payment: { state: 'captured', refunded: 0 } });
    }
    expect(await payments.client.refund({ paymentId, refundId: 'r1', amount: 10 })).toMatchObject({ refunded: 10 });
  });

  test('cancels what is only held, and leaves a tombstone for what was never seen', async () => {
    const { paymentId } = await authorized();
    expect(await keep(paymentId)).toMatchObject({ outcome: 'voided' });
    const unseen = newPayment();
    expect(await keep(unseen.paymentId)).toEqual({ outcome: 'nothing' });
    await expect(payments.client.authorize(unseen)).rejects.toMatchObject({ type: 'InvalidState' });
  });

  test('tells what an earlier void has done', async () => {
    const { paymentId } = await captured();
    await payments.client.void({ paymentId });
    expect(await keep(paymentId)).toMatchObject({ outcome: 'refunded' });
  });
});

describe('a refund', () => {
  test('of our own is ours; its webhook takes up nothing', async () => {
    const request = await captured();
    const { paymentId } = request;
    await payments.client.refund({ paymentId, refundId: 'r1', amount: 10 });
    const { id } = await payments.dashboard(`payments/${paymentId}/refund`, { amount: 20 });
    await untilTakenUp(request);
    expect(payments.signals.takenUp(request)).toEqual([`refund ${id}`]);
    expect(await refundOf(id)).toMatchObject({ madeBy: 'provider', amount: { amount: 20 }, isRecorded: false });
  });

  test('whose metadata only looks like ours is the provider’s', async () => {
    const request = await captured();
    const { paymentId } = request;
    const [intent] = await payments.intents(paymentId);
    const forged = new URLSearchParams({
      payment_intent: intent?.intentId ?? '',
      amount: '5',
      'metadata[payment_id]': paymentId,
      'metadata[step]': 'refund/not-asked-for',
    });
    await fetch(`${payments.simulatorUrl}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_other' },
      body: forged,
    });
    await untilTakenUp(request);
    expect(payments.signals.takenUp(request)).toHaveLength(1);
  });

  test('made at the provider leaves less to give back', async () => {
    const { paymentId } = await captured();
    await payments.dashboard(`payments/${paymentId}/refund`, { amount: 1000 });
    const refund = { paymentId, refundId: 'r1' };
    await expect(payments.client.refund({ ...refund, amount: 5998 })).rejects.toMatchObject({
      type: 'RefundTooLarge',
      detail: { facts: { left: 4998 } },
    });
    expect(await payments.client.refund({ ...refund, amount: 4998 })).toMatchObject({ refunded: 5998 });
  });
});

describe('a webhook', () => {
  test.each(['refund', 'dispute'])('about a %s of an unknown payment: 404, and nothing is kept', async (object) => {
    for (const payment_intent of ['pi_unknown', undefined]) {
      const event = { ...eventOf('x_1'), data: { object: { object, id: 'x_1', payment_intent } } };
      expect(await webhooks.send(event)).toMatchObject({ status: 404, failure: 'NotFound' });
      expect(await webhooks.isRemembered(event.id)).toBe(false);
    }
  });

  test('that cannot be passed on comes again', async () => {
    const request = await captured();
    const [intent] = await payments.intents(request.paymentId);
    const object = { object: 'dispute', id: 'dp_1', payment_intent: intent?.intentId };
    const event = { ...eventOf('x'), data: { object } };
    payments.signals.setDown(true);
    expect(await webhooks.send(event)).toMatchObject({ status: 503 });
    payments.signals.setDown(false);
    expect(await webhooks.send(event)).toMatchObject({ status: 200 });
    expect(await webhooks.send(event)).toMatchObject({ status: 200 });
    expect(payments.signals.takenUp(request)).toEqual(['dispute dp_1']);
  });
});

describe('a page of the reconciliation', () => {
  test('tells what is not recorded, page after page to the end, and what does not fit', async () => {
    const request = await captured();
    const { paymentId, checkoutId } = request;
    const made: string[] = [];
    for (let count = 0; count < 101; count++) {
      made.push((await payments.dashboard(`payments/${paymentId}/refund`, { amount: 1 })).id);
    }
    const [recorded] = made;
    await payments.client.rememberFact({ factId: recorded as never });
    const first = await payments.client.reconcilePage({ list: 'refunds' });
    expect(first).toMatchObject({ seen: 100, next: expect.any(String) });
    const found = [...first.providerRefunds];
    for (let after = first.next; after !== undefined; ) {
      const page = await payments.client.reconcilePage({ list: 'refunds', after });
      found.push(...page.providerRefunds);
      after = page.next;
    }
    const ours = found.filter((refund) => refund.paymentId === paymentId);
    expect(new Set(ours.map(({ refundId }) => refundId))).toEqual(new Set(made.slice(1)));
    expect(ours[0]).toMatchObject({ paymentId, checkoutId });
  });

  test('names an intent of others, and a payment that the list does not have', async () => {
    const startedAt = new Date(Date.now() + 60_000).toISOString();
    const { paymentId } = await captured();
    const answer = await fetch(`${payments.simulatorUrl}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_other' },
      body: new URLSearchParams({ amount: '1', currency: 'usd', capture_method: 'manual' }),
    });
    const { id } = (await answer.json()) as { id: string };
    expect((await payments.client.reconcilePage({ list: 'payments' })).findings).toContainEqual({
      id,
      finding: expect.stringContaining(id),
    });
    const unseen = await payments.client.findUnseen({ startedAt });
    expect(unseen.payments.map((payment) => payment.paymentId as PaymentId)).toContain(paymentId);
    const now = new Date(Date.now() - 60_000).toISOString();
    expect((await payments.client.findUnseen({ startedAt: now })).payments).toEqual([]);
  });
});
