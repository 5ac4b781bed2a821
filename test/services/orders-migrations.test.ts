import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { OrderId, RefundId } from '../../contracts/identifiers.ts';
import { listUnfinishedOrders } from '../../services/orders/order-memory.ts';
import { requestRefund } from '../../services/orders/refund-store.ts';
import { findOrder } from '../../services/orders/store.ts';
import { withEarlierTables } from '../migrations.ts';

test('orders from before refunds keep their content, and only what is pending is left to finish, and a completed one can be refunded', async () => {
  await withEarlierTables('orders', '0002', async (database, migrateToToday) => {
    const place = (id: string, state: string, reason: string | null) => sql`
      insert into orders (order_id, state, was_placed, reason, content_hash, checkout_id, customer_id, currency, goods,
        discount, shipping, tax, total, placed_at, ended_at)
      values (${id}, ${state}, true, ${reason}, 'hash', ${id}, 'c-1', 'USD', 500, 0, 50, 5, 555, now(),
        case when ${state} = 'pending' then null else now() end)
    `;
    for (const [state, reason] of [
      ['pending', null],
      ['completed', null],
      ['cancelled', 'OutOfStock'],
    ] as const) {
      await place(state, state, reason).execute(database);
      await sql`insert into order_lines values (${state}, 1, 'LAMP', 1, 500)`.execute(database);
    }

    await migrateToToday();

    const order = await findOrder(database, 'completed' as OrderId);
    expect(order).toMatchObject({ state: 'completed', paymentId: 'completed-1', refunded: 0, refunds: [] });
    for (const id of ['pending', 'cancelled']) {
      expect(await findOrder(database, id as OrderId)).not.toHaveProperty('paymentId');
    }
    // What has ended was published by its workflow then.
    expect(await listUnfinishedOrders(database, { olderThanSeconds: 0, limit: 100 })).toEqual(['pending']);
    const refundId = 'r-1' as RefundId;
    const refund = await requestRefund(database, { orderId: order.orderId, refundId, reason: 'broken' });
    expect(refund).toMatchObject({ paymentId: 'completed-1', lines: order.lines, amounts: order.amounts });
  });
});
