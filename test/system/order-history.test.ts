import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import amqp, { type ChannelModel } from 'amqplib';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import type { RefundClient } from '../../client/refund-client.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { waitUntil } from '../../parts/wait.ts';
import type { OrderHistory } from '../../services/order-history/contract.ts';
import { openClients } from '../clients.ts';
import { cli } from './command-line-shop.ts';

let services: ServiceClients;
let checkouts: CheckoutClient;
let refunds: RefundClient;
let connection: Connection;
let broker: ChannelModel;

beforeAll(async () => {
  ({ services, connection, checkouts, refunds } = await openClients());
  broker = await amqp.connect(process.env['AMQP_URL'] ?? '');
});

afterAll(async () => {
  await broker?.close();
  await connection?.close();
});

/** The history, once so many events are in it. */
async function historyOf(orderId: string, events: number): Promise<OrderHistory> {
  const find = () => services.orderHistory.findHistory({ orderId: orderId as never });
  const isThere = async () => ((await find().catch(() => undefined))?.timeline.length ?? 0) >= events;
  expect(await waitUntil(isThere, { within: 30_000 })).toBe(true);
  return find();
}

test('every event of an order is in its history, and none is unrouted', async () => {
  const orderId = `history-${randomUUID()}`;
  await checkouts.startCheckout(cart(orderId));
  await checkouts.waitForResult(orderId);
  const refundId = `refund-${orderId.slice(8)}`;
  await refunds.startRefund({ refundId, orderId, reason: 'does not fit' });
  await refunds.waitForResult(refundId);

  const { timeline, ...summary } = await historyOf(orderId, 7);
  expect(summary).toMatchObject({ orderId, customerId: 'customer-123', state: 'refunded', refunded: 5_998 });
  expect(timeline.map(({ event }) => event).toSorted()).toEqual([
    'InventoryReserved',
    'NotificationSent',
    'NotificationSent',
    'OrderCompleted',
    'OrderPlaced',
    'OrderRefunded',
    'PaymentProcessed',
  ]);

  const channel = await broker.createChannel();
  expect(await channel.checkQueue(standardTopology.unroutedQueue)).toMatchObject({ messageCount: 0 });
  await channel.close();
});

test("a refused order is in its customer's list with the reason", async () => {
  const orderId = `history-${randomUUID()}`;
  await checkouts.startCheckout(cart(orderId, { paymentMethod: 'pm_card_chargeDeclined' }));
  await checkouts.waitForResult(orderId);
  await historyOf(orderId, 5);
  const { orders } = await services.orderHistory.listOrders({ customerId: 'customer-123', limit: 1_000 });
  expect(orders.find((order) => order.orderId === orderId)).toMatchObject({
    state: 'cancelled',
    reason: 'CardDeclined',
  });
});

test('the command line tells it, and says when there is none', async () => {
  const orderId = `history-${randomUUID()}`;
  await checkouts.startCheckout(cart(orderId));
  await checkouts.waitForResult(orderId);
  const history = await historyOf(orderId, 5);

  const { exitCode, stdout } = await cli(['history', orderId]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Order +${orderId}$`, 'm'));
  expect(stdout).toMatch(/^State +completed$/m);
  expect(stdout).toMatch(/Z +PaymentProcessed +59\.98 USD, payment .+-1$/m);
  expect(JSON.parse((await cli(['history', orderId, '--json'])).stdout)).toEqual(history);

  const none = await cli(['history', 'order-never']);
  expect(none).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: NotFound: /) });
});
