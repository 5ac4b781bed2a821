import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { OrdersClient } from '../../services/orders/contract.ts';
import { openOrders, order } from './orders-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<unknown>;
let orders: OrdersClient;

beforeAll(async () => {
  ({ service, orders } = await openOrders());
});

afterAll(() => service.stop());

describe('what has not ended', () => {
  test('is listed page by page once it is old enough, among many that have ended', async () => {
    await sql`
      insert into orders (
        order_id, state, was_placed, content_hash, checkout_id, customer_id, currency, goods, discount, shipping, tax,
        total, placed_at, ended_at, reason
      )
      select 'aged-' || lpad(number::text, 4, '0'), case when number % 4 = 0 then 'pending' else 'cancelled' end, true, 'h',
        'c', 'c-1', 'USD', 1, 0, 0, 0, 1, now() - interval '2 days', case when number % 4 > 0 then now() end,
        case when number % 4 > 0 then 'CardDeclined' end
      from generate_series(1, 1000) as number
    `.execute(service.database);
    await orders.placeOrder(order('aged-young'));
    const found: string[] = [];
    for (let after: string | undefined; ; after = found.at(-1)) {
      const page = { olderThanSeconds: 86_400, limit: 100, ...(after && { after }) };
      const { orderIds } = await orders.listUnfinishedOrders(page);
      found.push(...orderIds);
      if (orderIds.length < 100) break;
    }
    expect(found).toHaveLength(250);
    expect(new Set(found).size).toBe(250);
    expect(found).not.toContain('aged-young');
    expect((await orders.listUnfinishedOrders({ olderThanSeconds: 0, after: 'aged-y' })).orderIds).toContain(
      'aged-young',
    );
  });

  test('is an order that has ended as well, until its facts are published; what no process recorded is nothing to publish', async () => {
    const listed = async (olderThanSeconds = 0) =>
      (await orders.listUnfinishedOrders({ olderThanSeconds, after: 'ended', limit: 1_000 })).orderIds.filter(
        (orderId) => orderId.startsWith('ended-'),
      );
    for (const orderId of ['ended-1', 'ended-2', 'ended-3', 'ended-4']) await orders.placeOrder(order(orderId));
    await orders.completeOrder({ orderId: 'ended-1', paymentId: 'p-1' });
    const why = { type: 'OutOfStock', message: '2 of LAMP', recorded: { milestones: ['OrderPlaced'] } };
    await orders.cancelOrder({ orderId: 'ended-2', reason: 'OutOfStock', cancellation: why });
    await orders.cancelOrder({ orderId: 'ended-3', reason: 'OutOfStock' });
    await orders.cancelOrder({ orderId: 'ended-5', reason: 'OutOfStock', cancellation: why });
    expect(await listed()).toEqual(['ended-1', 'ended-2', 'ended-4']);
    expect(await listed(3_600)).toEqual([]);

    expect(await orders.recordOrderPublication({ orderId: 'ended-4' })).toEqual({});
    const first = await orders.recordOrderPublication({ orderId: 'ended-1' });
    expect(first).toEqual({ publishedAt: expect.any(String) });
    expect(await orders.recordOrderPublication({ orderId: 'ended-1' })).toEqual(first);
    await orders.recordOrderPublication({ orderId: 'ended-2' });
    expect(await listed()).toEqual(['ended-4']);
    await orders.completeOrder({ orderId: 'ended-4', paymentId: 'p-4' });
    expect(await listed()).toEqual(['ended-4']);
    await expect(orders.recordOrderPublication({ orderId: 'never' })).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('is a refund until it is cancelled, or its fact is published', async () => {
    const listed = async (olderThanSeconds = 0) => {
      const page = { olderThanSeconds, after: 'kept', limit: 1_000 };
      return (await orders.listUnfinishedRefunds(page)).refundIds.filter((refundId) => refundId.startsWith('kept-'));
    };
    const orderId = 'refunded-3';
    await orders.placeOrder(order(orderId, { lines: [{ sku: 'LAMP', quantity: 4, unitPrice: 1000 }] }));
    await orders.completeOrder({ orderId, paymentId: 'p-1' });
    const lines = [{ sku: 'LAMP', quantity: 1 }];
    for (const refundId of ['kept-1', 'kept-2', 'kept-3']) {
      await orders.requestRefund({ orderId, refundId, reason: 'too small', lines });
    }
    const money = { amount: 100, currency: 'USD' } as const;
    await orders.recordProviderRefund({ orderId, refundId: 'kept-4', paymentId: 'p-1', amount: money });
    await orders.completeRefund({ orderId, refundId: 'kept-1' });
    await orders.cancelRefund({ orderId, refundId: 'kept-2' });
    expect(await listed()).toEqual(['kept-1', 'kept-3']);
    expect(await listed(3_600)).toEqual([]);

    expect(await orders.recordRefundPublication({ refundId: 'kept-3' })).toEqual({});
    const first = await orders.recordRefundPublication({ refundId: 'kept-1' });
    expect(first).toEqual({ publishedAt: expect.any(String) });
    expect(await orders.recordRefundPublication({ refundId: 'kept-1' })).toEqual(first);
    expect(await listed()).toEqual(['kept-3']);
    await expect(orders.recordRefundPublication({ refundId: 'never' })).rejects.toMatchObject({ type: 'NotFound' });
  });
});
