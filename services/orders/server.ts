import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { ordersContract } from './contract.ts';
import * as store from './store.ts';

export function ordersHandlers(database: Kysely<unknown>): HttpHandlers<typeof ordersContract> {
  return {
    placeOrder: (order) => store.placeOrder(database, order),
    completeOrder: ({ orderId }) => store.completeOrder(database, orderId),
    cancelOrder: ({ orderId, reason }) => store.cancelOrder(database, orderId, reason),
    findOrder: ({ orderId }) => store.findOrder(database, orderId),
    listOrders: async (filter) => ({ orders: await store.listOrders(database, filter) }),
  };
}
