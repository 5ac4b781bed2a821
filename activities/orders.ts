import type { OrderId } from '../contracts/identifiers.ts';
import type { InputOf } from '../platform/http/contract.ts';
import type { OrderState, OrdersClient, ordersContract } from '../services/orders/contract.ts';
import { callService } from './service-call.ts';

export function createOrderActivities({ orders }: { readonly orders: OrdersClient }) {
  return {
    async placeOrder(order: InputOf<typeof ordersContract.operations.placeOrder>): Promise<OrderState> {
      return callService((options) => orders.placeOrder(order, options));
    },
    async completeOrder(orderId: OrderId): Promise<OrderState> {
      return callService((options) => orders.completeOrder({ orderId }, options));
    },
    async cancelOrder(orderId: OrderId, reason: string): Promise<OrderState> {
      return callService((options) => orders.cancelOrder({ orderId, reason }, options));
    },
  };
}
