import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { ordersContract } from './contract.ts';
import { recordProviderRefund } from './provider-refunds.ts';
import * as refunds from './refund-store.ts';
import * as store from './store.ts';

export function ordersHandlers(database: Kysely<unknown>): HttpHandlers<typeof ordersContract> {
  return {
    placeOrder: (order) => store.placeOrder(database, order),
    completeOrder: ({ orderId, paymentId }) => store.completeOrder(database, orderId, paymentId),
    cancelOrder: ({ orderId, reason }) => store.cancelOrder(database, orderId, reason),
    findOrder: ({ orderId }) => store.findOrder(database, orderId),
    listOrders: async (filter) => ({ orders: await store.listOrders(database, filter) }),
    requestRefund: (request) => refunds.requestRefund(database, request),
    completeRefund: ({ orderId, refundId }) => refunds.completeRefund(database, orderId, refundId),
    recordProviderRefund: (request) => recordProviderRefund(database, request),
    cancelRefund: ({ orderId, refundId }) => refunds.cancelRefund(database, orderId, refundId),
  };
}
