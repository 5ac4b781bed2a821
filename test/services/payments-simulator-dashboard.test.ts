import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from './payments-simulator-environment.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

/** What a program does at the dashboard; `path` is `payments/<id>/refund` and so on. */
async function act<Answer = { id: string; status: string }>(path: string, body: object = {}) {
  const answer = await fetch(`${simulator.address}/dashboard/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Answer & { error?: { message: string } } };
}

async function held(paymentMethod = 'pm_card_visa'): Promise<string> {
  const { id } = await simulator.createIntent(paymentMethod);
  await simulator.stripe.paymentIntents.confirm(id);
  return id;
}

async function captured(): Promise<string> {
  const id = await held();
  await simulator.stripe.paymentIntents.capture(id);
  return id;
}

describe('the dashboard', () => {
  test('captures a part, and releases the rest', async () => {
    const id = await held('pm_card_riskLevelElevated');
    expect(await act(`payments/${id}/capture`, { amount: 1000 })).toMatchObject({
      body: { status: 'succeeded', amount: 5998, amount_received: 1000 },
    });
    expect(await simulator.movements(id)).toEqual(['authorized 5998', 'captured 1000', 'voided 4998']);
    expect(await act(`payments/${id}/capture`)).toMatchObject({ status: 400 });
  });

  test.each([
    ['cancel', 'requested_by_customer'],
    ['expire', 'automatic'],
  ])('%s: ends an authorization with the reason %s', async (action, reason) => {
    const id = await held();
    expect(await act(`payments/${id}/${action}`)).toMatchObject({
      body: { status: 'canceled', cancellation_reason: reason },
    });
    expect(await simulator.movements(id)).toEqual(['authorized 5998', 'voided 5998']);
  });

  test("names a payment by the shop's own id, too, and refuses one that is not there", async () => {
    const { id } = await simulator.createIntent('pm_card_visa', 'order-7-1');
    expect(await act('payments/order-7-1/cancel')).toMatchObject({ body: { id, status: 'canceled' } });
    expect(await act('payments/order-8-1/cancel')).toMatchObject({ status: 404 });
  });

  test('refunds without metadata, and tells it as Stripe does', async () => {
    const id = await captured();
    expect(await act(`payments/${id}/refund`, { amount: 998 })).toMatchObject({
      body: { object: 'refund', amount: 998, metadata: {}, payment_intent: id },
    });
    expect((await simulator.eventTypes(id)).slice(-2)).toEqual(['refund.created', 'charge.refunded']);
    expect(await act(`payments/${id}/refund`, { amount: 5001 })).toMatchObject({ status: 400 });
  });

  test.each([
    ['win', { return_fee: true }, 'won', ['reinstated 2000', 'dispute_fee_returned 1500'], [-1500]],
    ['win', {}, 'won', ['reinstated 2000'], [0]],
    ['lose', {}, 'lost', [], []],
  ])('a dispute: %s %j', async (outcome, more, status, moved, fees) => {
    const intentId = await captured();
    const { body: dispute } = await act(`payments/${intentId}/dispute`, { amount: 2000, fee: 1500 });
    await expect(simulator.stripe.refunds.create({ payment_intent: intentId })).rejects.toMatchObject({
      code: 'charge_disputed',
    });
    expect(await act(`payments/${intentId}/dispute`)).toMatchObject({ status: 400 });
    expect(await act(`disputes/${dispute.id}/${outcome}`, more)).toMatchObject({ body: { status } });
    expect(await act(`disputes/${dispute.id}/lose`)).toMatchObject({ status: 400 });
    expect((await simulator.movements(intentId)).slice(2)).toEqual(['disputed 2000', 'dispute_fee 1500', ...moved]);
    const { balance_transactions } = await simulator.stripe.disputes.retrieve(dispute.id);
    expect(balance_transactions.map(({ fee }) => fee)).toEqual([1500, ...fees]);
    expect((await simulator.eventTypes(intentId)).slice(2)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      ...(status === 'won' ? ['charge.dispute.funds_reinstated'] : []),
      'charge.dispute.closed',
    ]);
  });

  test('is a page with a button for each thing that can be done, and their forms lead back to it', async () => {
    const id = await held('pm_card_riskLevelElevated');
    const page = async () => (await fetch(`${simulator.address}/`)).text();
    const hasButton = async (action: string) => (await page()).includes(`action="/dashboard/payments/${id}/${action}"`);
    for (const action of ['capture', 'approve-review', 'cancel', 'expire']) expect(await hasButton(action)).toBe(true);
    const submit = (action: string, fields: Record<string, string>) =>
      fetch(`${simulator.address}/dashboard/payments/${id}/${action}`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });
    expect((await submit('capture', { amount: '' })).status).toBe(303);
    expect(await hasButton('cancel')).toBe(false);
    for (const action of ['refund', 'dispute']) expect(await hasButton(action)).toBe(true);
    const refused = await submit('refund', { amount: '6000' });
    expect(refused).toMatchObject({ status: 400 });
    expect(await refused.text()).toContain('greater than unrefunded amount');
    expect((await submit('dispute', { amount: '', fee: '' })).status).toBe(303);
    expect(await page()).toContain('Win the dispute');
  });
});

describe('lists', () => {
  test('are paged to their ends, and from a time on', async () => {
    const ids = [];
    for (let count = 0; count < 3; count++) {
      const id = await captured();
      ids.push(id);
      await act(`payments/${id}/refund`, { amount: 1 });
      await act(`payments/${id}/dispute`, { amount: 1, fee: 0 });
    }
    const { paymentIntents, refunds, disputes } = simulator.stripe;
    for (const list of [paymentIntents, refunds, disputes]) {
      const all: string[] = [];
      for await (const item of list.list({ limit: 2 })) all.push(item.id);
      expect(new Set(all).size).toBe(all.length);
      expect(all.length).toBeGreaterThanOrEqual(3);
      const tomorrow = Math.floor(Date.now() / 1000) + 86_400;
      expect(await list.list({ created: { gte: tomorrow } })).toMatchObject({ data: [], has_more: false });
      expect((await list.list({ limit: 100, created: { gte: tomorrow - 172_800 } })).data).toHaveLength(all.length);
    }
    expect((await disputes.list({ payment_intent: ids[0] as string })).data).toHaveLength(1);
  });
});
