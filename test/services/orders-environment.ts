import { createHttpClient } from '../../platform/http/client.ts';
import type { InputOf } from '../../platform/http/contract.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type OrdersClient, ordersContract } from '../../services/orders/contract.ts';
import { ordersHandlers } from '../../services/orders/server.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

export type PlaceOrder = InputOf<(typeof ordersContract)['operations']['placeOrder']>;

/** The orders service on a database of its own, and its client. */
export interface OrdersEnvironment {
  readonly service: ServiceInProcess<unknown>;
  readonly orders: OrdersClient;
}

export async function openOrders(): Promise<OrdersEnvironment> {
  const service = await startInProcess<unknown>('orders', (database, options) =>
    serveHttp(ordersContract, ordersHandlers(database), options),
  );
  return { service, orders: createHttpClient(ordersContract, { url: service.url, timeoutMilliseconds: 30_000 }) };
}

export const amounts = { currency: 'USD', goods: 4000, discount: 0, shipping: 599, tax: 0, total: 4599 } as const;
export const contact = { name: 'Ada Lovelace', email: 'ada@example.org' };
export const requestHash = 'a'.repeat(64);

/** An order of two lamps, with all that an order remembers. */
export const order = (orderId: string, change: Partial<PlaceOrder> = {}): PlaceOrder => ({
  orderId,
  checkoutId: orderId,
  customerId: 'c-1',
  lines: [{ sku: 'LAMP', quantity: 2, unitPrice: 2000 }],
  amounts,
  contact,
  requestHash,
  ...change,
});
