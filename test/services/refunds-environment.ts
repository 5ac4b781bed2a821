import type { Kysely } from 'kysely';
import type { InputOf } from '../../platform/http/contract.ts';
import type { OrderRefund, OrdersClient, ordersContract } from '../../services/orders/contract.ts';
import { openOrders } from './orders-environment.ts';

export type RequestRefund = InputOf<(typeof ordersContract)['operations']['requestRefund']>;

export const amounts = { currency: 'USD', goods: 5_000, discount: 100, shipping: 599, tax: 333, total: 5_832 } as const;

export const lines = [
  { sku: 'LAMP', quantity: 2, unitPrice: 2_000 },
  { sku: 'BULB', quantity: 4, unitPrice: 250 },
];

export const lamps = (quantity: number) => [{ sku: 'LAMP', quantity }];
export const bulbs = (quantity: number) => [{ sku: 'BULB', quantity }];

/** The orders service, and orders to refund. */
export interface RefundsEnvironment {
  readonly orders: OrdersClient;
  readonly database: Kysely<unknown>;
  /** Places an order of two lamps and four bulbs; returns its id. */
  place(orderId: string): Promise<string>;
  /** Places such an order and completes it. */
  complete(orderId: string): Promise<string>;
  request(orderId: string, refundId: string, asked?: RequestRefund['lines']): Promise<OrderRefund>;
  stop(): Promise<void>;
}

export async function openRefundsEnvironment(): Promise<RefundsEnvironment> {
  const { service, orders } = await openOrders();
  const { database, stop } = service;
  const place = async (orderId: string) => {
    await orders.placeOrder({ orderId, checkoutId: orderId, customerId: 'c-1', lines, amounts });
    return orderId;
  };
  return {
    orders,
    database,
    place,
    async complete(orderId) {
      await orders.completeOrder({ orderId: await place(orderId), paymentId: `${orderId}-1` });
      return orderId;
    },
    request: (orderId, refundId, asked) =>
      orders.requestRefund({ orderId, refundId, reason: 'too bright', ...(asked && { lines: asked }) }),
    stop,
  };
}
