import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { OrdersClient } from '../../services/orders/contract.ts';
import { openOrders, type PlaceOrder } from './orders-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let orders: OrdersClient;

beforeAll(async () => {
  ({ service, orders } = await openOrders());
});

afterAll(() => service.stop());

const amounts = { currency: 'USD', goods: 5000, discount: 100, shipping: 599, tax: 0, total: 5499 } as const;
const lines = [
  { sku: 'LAMP', quantity: 2, unitPrice: 2000 },
  { sku: 'BULB', quantity: 4, unitPrice: 250 },
];
const order = (orderId: string, change: Partial<PlaceOrder> = {}): PlaceOrder => ({
  orderId,
  checkoutId: orderId,
  customerId: 'c-1',
  lines,
  amounts,
  ...change,
});

const complete = (orderId: string) => orders.completeOrder({ orderId, paymentId: `${orderId}-1` });

describe('placing', () => {
  test('keeps the order with its lines in their order', async () => {
    expect(await orders.placeOrder(order('placed'))).toEqual({ orderId: 'placed', state: 'pending', wasPlaced: true });
    expect(await orders.findOrder({ orderId: 'placed' })).toEqual({
      ...order('placed'),
      state: 'pending',
      refunded: 0,
      refunds: [],
      placedAt: expect.any(String),
    });
  });

  test('twice changes nothing, and tells how far the order has come', async () => {
    await orders.placeOrder(order('twice'));
    expect(await orders.placeOrder(order('twice'))).toMatchObject({ state: 'pending' });
    await complete('twice');
    expect(await orders.placeOrder(order('twice'))).toMatchObject({ state: 'completed' });
    expect((await orders.findOrder({ orderId: 'twice' })).lines).toHaveLength(2);
  });

  test('twenty times at once makes one order', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => orders.placeOrder(order('at-once'))));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['pending']));
    expect((await orders.findOrder({ orderId: 'at-once' })).lines).toEqual(lines);
  });

  test.each<[string, Partial<PlaceOrder>]>([
    ['another customer', { customerId: 'c-2' }],
    ['another checkout', { checkoutId: 'other' }],
    ['other lines', { lines: lines.toReversed() }],
    ['other amounts', { amounts: { ...amounts, tax: 1, total: 5500 } }],
  ])('again with %s is a conflict', async (_, change) => {
    await orders.placeOrder(order('conflicting'));
    await expect(orders.placeOrder(order('conflicting', change))).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'orderId' },
    });
  });

  test.each<[string, Partial<PlaceOrder>, string]>([
    ['its discount is above its goods', { amounts: { ...amounts, discount: 5_001, total: 598 } }, 'amounts.discount'],
    ['its lines do not add up to its goods', { lines: lines.slice(1) }, 'amounts.goods'],
    [
      'its lines add up to more than a number holds exactly',
      { lines: Array.from({ length: 1_000 }, () => ({ sku: 'A', quantity: 2 ** 40, unitPrice: 99_999_999 })) },
      'amounts.goods',
    ],
  ])('is refused when %s', async (_, change, field) => {
    await expect(orders.placeOrder(order('crooked', change))).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field },
    });
    await expect(orders.findOrder({ orderId: 'crooked' })).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('is refused when the total does not add up', async () => {
    const wrong = order('wrong-total', { amounts: { ...amounts, total: 1 } });
    await expect(orders.placeOrder(wrong)).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'amounts.total' },
    });
  });
});

describe('completing', () => {
  test('is idempotent', async () => {
    await orders.placeOrder(order('completed'));
    const answer = { orderId: 'completed', state: 'completed', wasPlaced: true };
    expect(await complete('completed')).toEqual(answer);
    expect(await complete('completed')).toEqual(answer);
  });

  test('keeps the payment, and another one for the same order is a conflict', async () => {
    await orders.placeOrder(order('paid'));
    await orders.completeOrder({ orderId: 'paid', paymentId: 'paid-2' });
    await expect(orders.completeOrder({ orderId: 'paid', paymentId: 'paid-3' })).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'paymentId' },
    });
    expect(await orders.findOrder({ orderId: 'paid' })).toMatchObject({ state: 'completed', paymentId: 'paid-2' });
  });

  test('an order that was never placed is NotFound', async () => {
    await expect(complete('unseen')).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('a cancelled order is InvalidState', async () => {
    await orders.placeOrder(order('cancelled-first'));
    await orders.cancelOrder({ orderId: 'cancelled-first', reason: 'OutOfStock' });
    await expect(complete('cancelled-first')).rejects.toMatchObject({ type: 'InvalidState' });
  });
});

describe('cancelling', () => {
  test('is idempotent and keeps the first reason', async () => {
    await orders.placeOrder(order('cancelled'));
    const answer = { orderId: 'cancelled', state: 'cancelled', wasPlaced: true };
    expect(await orders.cancelOrder({ orderId: 'cancelled', reason: 'CardDeclined' })).toEqual(answer);
    expect(await orders.cancelOrder({ orderId: 'cancelled', reason: 'Unavailable' })).toEqual(answer);
    expect(await orders.findOrder({ orderId: 'cancelled' })).toMatchObject({ reason: 'CardDeclined' });
  });

  test('a completed order is InvalidState', async () => {
    await orders.placeOrder(order('completed-first'));
    await complete('completed-first');
    await expect(orders.cancelOrder({ orderId: 'completed-first', reason: 'late' })).rejects.toMatchObject({
      type: 'InvalidState',
    });
  });

  test('an order that was never seen leaves a tombstone that refuses it', async () => {
    const tombstone = { orderId: 'late', state: 'cancelled', wasPlaced: false };
    expect(await orders.cancelOrder({ orderId: 'late', reason: 'DeadlineExceeded' })).toEqual(tombstone);
    expect(await orders.cancelOrder({ orderId: 'late', reason: 'DeadlineExceeded' })).toEqual(tombstone);
    await expect(orders.placeOrder(order('late'))).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(complete('late')).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(orders.findOrder({ orderId: 'late' })).rejects.toMatchObject({ type: 'NotFound' });
    const listed = await orders.listOrders({ limit: 1_000 });
    expect(listed.orders.map(({ orderId }) => orderId)).not.toContain('late');
  });

  test('races with placing and completing end in one state that all later calls see', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const orderId = `race-${index}`;
        await Promise.allSettled([
          orders.placeOrder(order(orderId)),
          orders.cancelOrder({ orderId, reason: 'race' }),
          complete(orderId),
        ]);
        const [cancelled, completed] = await Promise.allSettled([
          orders.cancelOrder({ orderId, reason: 'after' }),
          complete(orderId),
        ]);
        return [cancelled.status, completed.status].sort().join();
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(['fulfilled,rejected']));
  });
});

describe('listing', () => {
  test('answers the newest first, by customer and state, without lines', async () => {
    for (const orderId of ['list-1', 'list-2', 'list-3']) {
      await orders.placeOrder(order(orderId, { customerId: 'lister' }));
    }
    await orders.placeOrder(order('list-of-another', { customerId: 'another' }));
    await complete('list-2');
    const ids = async (filter: Parameters<OrdersClient['listOrders']>[0]) =>
      (await orders.listOrders({ customerId: 'lister', ...filter })).orders.map(({ orderId }) => orderId);
    expect(await ids({})).toEqual(['list-3', 'list-2', 'list-1']);
    expect(await ids({ limit: 2 })).toEqual(['list-3', 'list-2']);
    expect(await ids({ state: 'completed' })).toEqual(['list-2']);
    expect(await ids({ customerId: undefined, limit: 4 })).toEqual(['list-of-another', 'list-3', 'list-2', 'list-1']);
    const [newest] = (await orders.listOrders({ customerId: 'lister' })).orders;
    expect(newest).toMatchObject({ refunded: 0 });
    expect(newest).not.toHaveProperty('lines');
    expect(newest).not.toHaveProperty('refunds');
  });

  test('refuses a limit that is out of range', async () => {
    await expect(orders.listOrders({ limit: 1_001 })).rejects.toMatchObject({
      type: 'InvalidRequest',
      detail: { field: 'limit' },
    });
  });
});

test('the database itself refuses amounts that do not add up', async () => {
  await orders.placeOrder(order('guarded'));
  const change = sql`update orders set total = total + 1 where order_id = 'guarded'`.execute(service.database);
  await expect(change).rejects.toThrow('total_adds_up');
});
