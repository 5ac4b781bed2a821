import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { amounts, bulbs, lamps, openRefundsEnvironment, type RefundsEnvironment } from './refunds-environment.ts';

let environment: RefundsEnvironment;
let count = 0;
beforeAll(async () => {
  environment = await openRefundsEnvironment();
});
afterAll(() => environment.stop());

const record = (orderId: string, amount: number, refundId = `re_${++count}`) =>
  environment.orders.recordProviderRefund({
    orderId,
    refundId,
    paymentId: `${orderId}-1`,
    amount: { amount, currency: 'USD' },
  });

const order = (orderId: string) => environment.orders.findOrder({ orderId });

test('is kept once, divided, and shown with the order', async () => {
  const orderId = await environment.complete('kept');
  const recorded = await record(orderId, 1000, 're_kept');
  expect(recorded).toMatchObject({ refundId: 're_kept', kind: 'provider', state: 'completed', lines: [] });
  const { goods, discount, shipping, tax, total } = recorded.amounts;
  expect(total).toBe(1000);
  expect(goods - discount + shipping + tax).toBe(1000);
  expect(await record(orderId, 1000, 're_kept')).toEqual(recorded);
  expect(await order(orderId)).toMatchObject({ refunded: 1000, refunds: [{ refundId: 're_kept', kind: 'provider' }] });
  await expect(record(orderId, 1001, 're_kept')).rejects.toMatchObject({ type: 'IdempotencyConflict' });
});

test('leaves less to refund: all that is left is what is left', async () => {
  const orderId = await environment.complete('rest');
  const first = await record(orderId, 1000);
  const rest = await environment.request(orderId, 'rest-1');
  expect(rest.amounts.total).toBe(amounts.total - 1000);
  for (const part of ['goods', 'discount', 'shipping', 'tax'] as const) {
    expect(first.amounts[part] + rest.amounts[part]).toBe(amounts[part]);
  }
});

test('cuts a refund by lines to what is left, and refuses one for which nothing is left', async () => {
  const orderId = await environment.complete('cut');
  await record(orderId, amounts.total - 500);
  expect((await environment.request(orderId, 'cut-1', lamps(2))).amounts.total).toBeLessThanOrEqual(500);
  await environment.orders.completeRefund({ orderId, refundId: 'cut-1' });
  const { refunded } = await order(orderId);
  if (refunded < amounts.total) await record(orderId, amounts.total - refunded);
  await expect(environment.request(orderId, 'cut-2', bulbs(1))).rejects.toMatchObject({
    type: 'RefundTooLarge',
    detail: { facts: { left: 0 } },
  });
  expect((await order(orderId)).refunded).toBe(amounts.total);
});

test('changes no own refund by lines, neither as if it were one nor as if earlier ones had not been', async () => {
  const own = async (orderId: string) => {
    const first = await environment.request(orderId, `${orderId}-1`, lamps(1));
    await environment.orders.completeRefund({ orderId, refundId: `${orderId}-1` });
    if (orderId === 'beside') await record(orderId, 700);
    const second = await environment.request(orderId, `${orderId}-2`, bulbs(1));
    return [first.amounts, second.amounts];
  };
  await environment.complete('alone');
  await environment.complete('beside');
  const alone = await own('alone');
  expect(alone).toMatchObject([{ goods: 2_000 }, { goods: 250 }]);
  expect(await own('beside')).toEqual(alone);
});

test('waits for an own refund that may still be given up', async () => {
  const orderId = await environment.complete('claimed');
  await environment.request(orderId, 'claimed-1');
  await expect(record(orderId, 1000, 're_claimed')).rejects.toMatchObject({ type: 'InProgress' });
  await environment.orders.cancelRefund({ orderId, refundId: 'claimed-1' });
  expect(await record(orderId, 1000, 're_claimed')).toMatchObject({ amounts: { total: 1000 } });
  await expect(environment.orders.cancelRefund({ orderId, refundId: 're_claimed' })).rejects.toMatchObject({
    type: 'InvalidState',
  });
});

test('is refused, typed, where it contradicts the order; nothing changes then', async () => {
  await expect(record('nowhere', 1)).rejects.toMatchObject({ type: 'NotFound' });
  const pending = await environment.place('pending');
  await expect(record(pending, 1)).rejects.toMatchObject({ type: 'InProgress' });
  await environment.orders.cancelOrder({ orderId: pending, reason: 'CardDeclined' });
  await expect(record(pending, 1)).rejects.toMatchObject({ type: 'OrderNotCompleted' });
  const orderId = await environment.complete('refused');
  await expect(record(orderId, amounts.total + 1)).rejects.toMatchObject({ type: 'RefundTooLarge' });
  const named = {
    orderId,
    refundId: 're_refused',
    paymentId: 'another-1',
    amount: { amount: 1, currency: 'USD' },
  } as const;
  await expect(environment.orders.recordProviderRefund(named)).rejects.toMatchObject({
    type: 'InvalidRequest',
    detail: { field: 'paymentId' },
  });
  const other = { ...named, paymentId: `${orderId}-1`, amount: { amount: 1, currency: 'EUR' } } as const;
  await expect(environment.orders.recordProviderRefund(other)).rejects.toMatchObject({ type: 'InvalidRequest' });
  expect(await order(orderId)).toMatchObject({ refunded: 0, refunds: [] });
});

test('several at once never give more than the order cost', async () => {
  const orderId = await environment.complete('at-once');
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => record(orderId, 1_500)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  expect((await order(orderId)).refunded).toBe(4_500);
});

test('under one id for different orders is that of one order', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => environment.complete(`crossing-${index}`)));
  const results = await Promise.allSettled(ids.map((orderId) => record(orderId, 100, 're_crossing')));
  const outcomes = results.map((result) => (result.status === 'fulfilled' ? 'done' : result.reason.type));
  expect(outcomes.sort()).toEqual([...Array.from({ length: 19 }, () => 'IdempotencyConflict'), 'done']);
});
