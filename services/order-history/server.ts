import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { orderHistoryContract } from './contract.ts';
import * as store from './store.ts';

export function orderHistoryHandlers(
  database: Kysely<store.OrderHistoryTables>,
): HttpHandlers<typeof orderHistoryContract> {
  return {
    findHistory: ({ orderId }) => store.findHistory(database, orderId),
    listOrders: (page) => store.listOrders(database, page),
  };
}
