import type { OrderId, PaymentId, RefundId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { InputOf } from '../platform/http/contract.ts';
import type {
  Order,
  OrderRefund,
  OrderState,
  OrdersClient,
  ordersContract,
  RefundState,
} from '../services/orders/contract.ts';
import { refundRequestSchema } from '../workflows/refund/contract.ts';
import { callService } from './service-call.ts';

export function createOrderActivities({ orders }: { readonly orders: OrdersClient }) {
  return {
    async placeOrder(order: InputOf<typeof ordersContract.operations.placeOrder>): Promise<OrderState> {
      return callService((options) => orders.placeOrder(order, options));
    },
    /** @param paymentId what was captured; absent in a call that release 0.1 has scheduled, which knew one card for each order */
    async completeOrder(orderId: OrderId, paymentId = `${orderId}-1` as PaymentId): Promise<OrderState> {
      return callService((options) => orders.completeOrder({ orderId, paymentId }, options));
    },
    async cancelOrder(orderId: OrderId, reason: string): Promise<OrderState> {
      return callService((options) => orders.cancelOrder({ orderId, reason }, options));
    },
    /** The order of a refund. It reads the whole request by its schema first, since any Temporal client can start one. */
    async findOrderToRefund(request: unknown): Promise<Order> {
      return callService(async (options) => {
        const { orderId } = parse(refundRequestSchema, request);
        return orders.findOrder({ orderId }, options);
      });
    },
    async requestRefund(refund: InputOf<typeof ordersContract.operations.requestRefund>): Promise<OrderRefund> {
      return callService((options) => orders.requestRefund(refund, options));
    },
    async recordProviderRefund(
      refund: InputOf<typeof ordersContract.operations.recordProviderRefund>,
    ): Promise<OrderRefund> {
      return callService((options) => orders.recordProviderRefund(refund, options));
    },
    async completeRefund(orderId: OrderId, refundId: RefundId): Promise<RefundState> {
      return callService((options) => orders.completeRefund({ orderId, refundId }, options));
    },
    async cancelRefund(orderId: OrderId, refundId: RefundId): Promise<RefundState> {
      return callService((options) => orders.cancelRefund({ orderId, refundId }, options));
    },
  };
}
