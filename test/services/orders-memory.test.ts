import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OrdersClient } from '../../services/orders/contract.ts';
import { amounts, contact, openOrders, order, requestHash } from './orders-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let orders: OrdersClient;

beforeAll(async () => {
  ({ service, orders } = await openOrders());
});

afterAll(() => service.stop());

const free = { currency: 'USD', goods: 0, discount: 0, shipping: 0, tax: 0, total: 0 } as const;

describe('what an order remembers', () => {
  test('of an id that was never seen is nothing', async () => {
    expect(await orders.recallOrder({ orderId: 'never' })).toEqual({ orderId: 'never', state: 'unknown' });
  });

  test('is its request and its contact, in every state', async () => {
    await orders.placeOrder(order('kept'));
    expect(await orders.recallOrder({ orderId: 'kept' })).toMatchObject({
      state: 'pending',
      requestHash,
      order: { contact, amounts, state: 'pending' },
    });
    await orders.completeOrder({ orderId: 'kept', paymentId: 'kept-1' });
    expect(await orders.recallOrder({ orderId: 'kept' })).toMatchObject({
      state: 'completed',
      order: { paymentId: 'kept-1', endedAt: expect.any(String) },
    });
  });

  test('is the first reason of its cancellation, in full, even when the order never came', async () => {
    const cancellation = {
      type: 'OutOfStock',
      message: '2 of LAMP',
      field: 'lines.0',
      facts: { sku: 'LAMP', left: 1 },
    };
    await orders.placeOrder(order('refused'));
    for (const orderId of ['refused', 'never-placed']) {
      await orders.cancelOrder({ orderId, reason: 'OutOfStock', cancellation });
      await orders.cancelOrder({ orderId, reason: 'Internal', cancellation: { type: 'Internal', message: 'later' } });
      expect(await orders.recallOrder({ orderId })).toMatchObject({ state: 'cancelled', cancellation });
    }
    expect((await orders.recallOrder({ orderId: 'never-placed' })).order).toBeUndefined();
  });

  test('is told by its type alone where an earlier release kept no more', async () => {
    await orders.placeOrder(order('old'));
    await orders.cancelOrder({ orderId: 'old', reason: 'CardDeclined' });
    expect(await orders.recallOrder({ orderId: 'old' })).toMatchObject({
      cancellation: { type: 'CardDeclined', message: '' },
    });
  });

  test('is of a refund its request, its amounts and why it was cancelled', async () => {
    await orders.placeOrder(order('bought'));
    await orders.completeOrder({ orderId: 'bought', paymentId: 'bought-1' });
    const request = { refundId: 'r-1', orderId: 'bought', reason: 'too small', restock: false };
    const cancellation = { type: 'RefundTooLarge', message: 'nothing is left' };
    expect(await orders.recallRefund({ refundId: 'r-1' })).toEqual({ refundId: 'r-1', state: 'unknown' });
    await orders.requestRefund({ orderId: 'bought', refundId: 'r-1', reason: 'too small', requestHash, request });
    const known = { refundId: 'r-1', orderId: 'bought', requestHash, request, amounts };
    expect(await orders.recallRefund({ refundId: 'r-1' })).toEqual({ ...known, state: 'requested' });
    await orders.cancelRefund({ orderId: 'bought', refundId: 'r-1', cancellation });
    expect(await orders.recallRefund({ refundId: 'r-1' })).toEqual({ ...known, state: 'cancelled', cancellation });
  });
});

describe('what no store has a place for', () => {
  const order = '/orders/unstorable';
  const refund = `${order}/refunds/unstorable-1`;
  const why = { type: 'Internal', message: 'x' };

  test.each([
    ['PUT', refund, { reason: 'x', request: { 'a\0b': 1 } }, 'request'],
    ['PUT', refund, { reason: 'x', request: { lines: [{ sku: 'a\0b' }] } }, 'request.lines.0.sku'],
    ['PUT', refund, { reason: 'x', request: { note: '\ud83d' } }, 'request.note'],
    ['POST', `${refund}/cancel`, { cancellation: { ...why, message: 'a\0b' } }, 'cancellation.message'],
    ['POST', `${refund}/cancel`, { cancellation: { ...why, facts: { 'a\0b': 1 } } }, 'cancellation.facts'],
    ['POST', `${order}/cancel`, { reason: 'x', cancellation: { ...why, type: 'a\0b' } }, 'cancellation.type'],
    ['POST', `${order}/cancel`, { reason: 'x', cancellation: { ...why, field: 'a\0b' } }, 'cancellation.field'],
    ['POST', `${order}/cancel`, { reason: 'x', cancellation: { ...why, facts: { a: '\0' } } }, 'cancellation.facts.a'],
  ])('is refused and not kept: %s %s with %j', async (method, path, body, field) => {
    const answer = await fetch(service.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect({ status: answer.status, problem: await answer.json() }).toMatchObject({
      status: 400,
      problem: { type: expect.stringContaining('InvalidRequest'), field },
    });
    expect(await orders.recallOrder({ orderId: 'unstorable' })).toMatchObject({ state: 'unknown' });
    expect(await orders.recallRefund({ refundId: 'unstorable-1' })).toMatchObject({ state: 'unknown' });
  });
});

describe('an order of nothing', () => {
  const nothing = { amounts: free, lines: [{ sku: 'SAMPLE', quantity: 1, unitPrice: 0 }] };

  test('is completed without a payment, and one that costs something is not', async () => {
    await orders.placeOrder(order('free', nothing));
    await orders.placeOrder(order('paid'));
    expect(await orders.completeOrder({ orderId: 'free' })).toMatchObject({ state: 'completed' });
    expect(await orders.completeOrder({ orderId: 'free' })).toMatchObject({ state: 'completed' });
    await expect(orders.completeOrder({ orderId: 'paid' })).rejects.toMatchObject({
      type: 'InvalidState',
      detail: { field: 'paymentId' },
    });
    await orders.placeOrder(order('free-too', nothing));
    await expect(orders.completeOrder({ orderId: 'free-too', paymentId: 'free-too-1' })).rejects.toMatchObject({
      type: 'InvalidState',
      detail: { field: 'paymentId' },
    });
    expect(await orders.recallOrder({ orderId: 'paid' })).toMatchObject({ state: 'pending' });
  });

  test('is not completed again with a payment, nor a paid one again without; both say why', async () => {
    await orders.placeOrder(order('free-done', nothing));
    await orders.completeOrder({ orderId: 'free-done' });
    await orders.placeOrder(order('paid-done'));
    await orders.completeOrder({ orderId: 'paid-done', paymentId: 'paid-done-1' });
    await expect(orders.completeOrder({ orderId: 'free-done', paymentId: 'free-done-1' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      message: 'the order free-done was completed without a payment; complete it without one',
      detail: { field: 'paymentId' },
    });
    await expect(orders.completeOrder({ orderId: 'paid-done' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      message: 'the order paid-done was completed with the payment paid-done-1; complete it with that one',
      detail: { field: 'paymentId' },
    });
    expect(await orders.findOrder({ orderId: 'free-done' })).not.toHaveProperty('paymentId');
  });

  test('has no money that the provider could have given back', async () => {
    await orders.placeOrder(order('free-refund', nothing));
    await orders.completeOrder({ orderId: 'free-refund' });
    const refund = { orderId: 'free-refund', refundId: 're_free', paymentId: 'free-refund-1' };
    await expect(
      orders.recordProviderRefund({ ...refund, amount: { amount: 1, currency: 'USD' } }),
    ).rejects.toMatchObject({
      type: 'InvalidRequest',
      message: 'the order free-refund cost nothing and has no payment; free-refund-1 is not its payment',
      detail: { field: 'paymentId' },
    });
  });
});
