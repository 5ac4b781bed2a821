import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import {
  amounts,
  lamps,
  lines,
  openRefundsEnvironment,
  type RefundsEnvironment,
  type RequestRefund,
} from './refunds-environment.ts';

let environment: RefundsEnvironment;

beforeAll(async () => {
  environment = await openRefundsEnvironment();
});

afterAll(() => environment.stop());

describe('requesting a refund', () => {
  test('of the whole order takes all of it, and says what to pay back and from which payment', async () => {
    const orderId = await environment.complete('whole');
    expect(await environment.request(orderId, 'r-whole')).toEqual({
      refundId: 'r-whole',
      kind: 'order',
      orderId,
      checkoutId: orderId,
      customerId: 'c-1',
      paymentId: 'whole-1',
      state: 'requested',
      lines,
      amounts,
    });
  });

  test('of some lines takes their part, and of the rest what is left', async () => {
    const orderId = await environment.complete('parts');
    const part = { currency: 'USD', goods: 2_000, discount: 40, shipping: 0, tax: 133, total: 2_093 };
    expect(await environment.request(orderId, 'r-part', lamps(1))).toMatchObject({
      lines: [{ sku: 'LAMP', quantity: 1, unitPrice: 2_000 }],
      amounts: part,
    });
    expect(await environment.request(orderId, 'r-rest')).toMatchObject({
      lines: [{ sku: 'LAMP', quantity: 1 }, lines[1]],
      amounts: { currency: 'USD', goods: 3_000, discount: 60, shipping: 599, tax: 200, total: 3_739 },
    });
  });

  test('again changes nothing, and tells how far the refund has come', async () => {
    const orderId = await environment.complete('again');
    const refund = await environment.request(orderId, 'r-again', lamps(1));
    expect(await environment.request(orderId, 'r-again', lamps(1))).toEqual(refund);
    await environment.orders.completeRefund({ orderId, refundId: 'r-again' });
    expect(await environment.request(orderId, 'r-again', lamps(1))).toEqual({ ...refund, state: 'completed' });
    expect((await environment.orders.findOrder({ orderId })).refunds).toHaveLength(1);
  });

  test.each<[string, Partial<RequestRefund>]>([
    ['other lines', { lines: lamps(2) }],
    ['no lines', { lines: undefined }],
    ['another reason', { reason: 'too dark' }],
    ['another order', { orderId: 'conflict-other' }],
  ])('again with %s is a conflict', async (_, change) => {
    const refund = {
      orderId: await environment.complete('conflict'),
      refundId: 'r-conflict',
      lines: lamps(1),
      reason: 'x',
    };
    await environment.complete('conflict-other');
    await environment.orders.requestRefund(refund);
    await expect(environment.orders.requestRefund({ ...refund, ...change })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'refundId' },
    });
  });

  test('is refused for an order that is unknown, pending or cancelled', async () => {
    await expect(environment.request('unseen', 'r-unseen')).rejects.toMatchObject({ type: 'NotFound' });
    const orderId = await environment.place('unfinished');
    await expect(environment.request(orderId, 'r-early')).rejects.toMatchObject({
      type: 'OrderNotCompleted',
      detail: { facts: { state: 'pending' } },
    });
    await environment.orders.cancelOrder({ orderId, reason: 'OutOfStock' });
    await expect(environment.request(orderId, 'r-early')).rejects.toMatchObject({ type: 'OrderNotCompleted' });
  });

  test('is refused for lines that were not bought or are refunded already, and nothing changes', async () => {
    const orderId = await environment.complete('lines');
    await environment.request(orderId, 'r-lines', lamps(1));
    await expect(environment.request(orderId, 'r-chair', [{ sku: 'CHAIR', quantity: 1 }])).rejects.toMatchObject({
      type: 'LineNotBought',
      detail: { field: 'lines.0.sku', facts: { bought: 0, refunded: 0 } },
    });
    await expect(environment.request(orderId, 'r-more', lamps(2))).rejects.toMatchObject({
      type: 'LineNotBought',
      detail: { field: 'lines.0.sku', facts: { bought: 2, refunded: 1 } },
    });
    expect((await environment.orders.findOrder({ orderId })).refunds).toHaveLength(1);
  });

  test('is refused when nothing is left', async () => {
    const orderId = await environment.complete('empty');
    await environment.request(orderId, 'r-all');
    await expect(environment.request(orderId, 'r-too-much')).rejects.toMatchObject({ type: 'RefundTooLarge' });
  });
});

describe('the end of a refund', () => {
  test('by its completion shows in the order, once', async () => {
    const orderId = await environment.complete('ended');
    const refund = { orderId, refundId: 'r-ended' };
    const { amounts: back, lines: taken } = await environment.request(orderId, 'r-ended', lamps(1));
    expect(await environment.orders.findOrder({ orderId })).toMatchObject({
      refunded: 0,
      refunds: [{ state: 'requested' }],
    });
    const answer = { ...refund, state: 'completed', wasRequested: true };
    for (let time = 0; time < 2; time++) expect(await environment.orders.completeRefund(refund)).toEqual(answer);
    expect(await environment.orders.findOrder({ orderId })).toMatchObject({
      state: 'completed',
      paymentId: 'ended-1',
      refunded: back.total,
      refunds: [
        {
          refundId: 'r-ended',
          state: 'completed',
          reason: 'too bright',
          lines: taken,
          amounts: back,
          requestedAt: expect.any(String),
        },
      ],
    });
    await expect(environment.orders.cancelRefund(refund)).rejects.toMatchObject({ type: 'InvalidState' });
  });

  test('by a cancellation gives its pieces and its money free again, once', async () => {
    const orderId = await environment.complete('given-up');
    const refund = { orderId, refundId: 'r-given-up' };
    await environment.request(orderId, 'r-given-up');
    const answer = { ...refund, state: 'cancelled', wasRequested: true };
    for (let time = 0; time < 2; time++) expect(await environment.orders.cancelRefund(refund)).toEqual(answer);
    await expect(environment.request(orderId, 'r-given-up')).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(environment.orders.completeRefund(refund)).rejects.toMatchObject({ type: 'InvalidState' });
    expect(await environment.request(orderId, 'r-next')).toMatchObject({ amounts });
  });

  test('before its beginning leaves a tombstone that refuses it', async () => {
    const orderId = await environment.complete('tombstone');
    const refund = { orderId, refundId: 'r-tombstone' };
    const answer = { ...refund, state: 'cancelled', wasRequested: false };
    for (let time = 0; time < 2; time++) expect(await environment.orders.cancelRefund(refund)).toEqual(answer);
    await expect(environment.request(orderId, 'r-tombstone')).rejects.toMatchObject({ type: 'InvalidState' });
    const other = await environment.complete('beside-the-tombstone');
    await expect(environment.request(other, 'r-tombstone')).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    expect(await environment.orders.recallRefund({ refundId: 'r-tombstone' })).not.toHaveProperty('requestHash');
    expect((await environment.orders.findOrder({ orderId })).refunds).toEqual([]);
    expect(await environment.orders.cancelRefund({ orderId: 'unseen', refundId: 'r-nowhere' })).toMatchObject({
      wasRequested: false,
    });
  });

  test('of one that is unknown, or of another order, is refused', async () => {
    const orderId = await environment.complete('mine');
    const other = await environment.complete('other');
    await environment.request(orderId, 'r-mine', lamps(1));
    await expect(environment.orders.completeRefund({ orderId, refundId: 'r-unknown' })).rejects.toMatchObject({
      type: 'NotFound',
    });
    await expect(environment.orders.completeRefund({ orderId: other, refundId: 'r-mine' })).rejects.toMatchObject({
      type: 'NotFound',
    });
    await expect(environment.orders.cancelRefund({ orderId: other, refundId: 'r-mine' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
    });
  });
});

test('the database itself refuses more pieces than were bought', async () => {
  const orderId = await environment.complete('guarded');
  const change = sql`update order_lines set refunded = quantity + 1 where order_id = ${orderId}`.execute(
    environment.database,
  );
  await expect(change).rejects.toThrow('never_more_than_bought');
});
