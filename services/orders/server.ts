import type { Kysely } from 'kysely';
import type { HttpHandlers } from '../../platform/http/contract.ts';
import type { ordersContract } from './contract.ts';
import * as orderMemory from './order-memory.ts';
import { recordProviderRefund } from './provider-refunds.ts';
import * as refundMemory from './refund-memory.ts';
import * as refunds from './refund-store.ts';
import * as store from './store.ts';

export function ordersHandlers(database: Kysely<unknown>): HttpHandlers<typeof ordersContract> {
  return {
    placeOrder: (order) => store.placeOrder(database, order),
    completeOrder: ({ orderId, paymentId }) => store.completeOrder(database, orderId, paymentId),
    cancelOrder: ({ orderId, reason, cancellation }) => store.cancelOrder(database, orderId, reason, cancellation),
    recordOrderPublication: ({ orderId }) => orderMemory.recordOrderPublication(database, orderId),
    recallOrder: ({ orderId }) => orderMemory.recallOrder(database, orderId),
    listUnfinishedOrders: async (filter) => ({ orderIds: await orderMemory.listUnfinishedOrders(database, filter) }),
    listUnfinishedRefunds: async (filter) => ({
      refundIds: await refundMemory.listUnfinishedRefunds(database, filter),
    }),
    findOrder: ({ orderId }) => store.findOrder(database, orderId),
    listOrders: async (filter) => ({ orders: await store.listOrders(database, filter) }),
    requestRefund: (request) => refunds.requestRefund(database, request),
    completeRefund: ({ orderId, refundId }) => refunds.completeRefund(database, orderId, refundId),
    recordProviderRefund: (request) => recordProviderRefund(database, request),
    cancelRefund: ({ orderId, refundId, cancellation }) =>
      refunds.cancelRefund(database, orderId, refundId, cancellation),
    recordRefundPublication: ({ refundId }) => refundMemory.recordRefundPublication(database, refundId),
    recallRefund: ({ refundId }) => refundMemory.recallRefund(database, refundId),
  };
}
