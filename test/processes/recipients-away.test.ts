import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { pino } from 'pino';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { createEvent } from '../../events/integration-event.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { auditWhenQuiet } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import { type RoleName, roleNames } from '../../roles/roles.ts';
import { openClients } from '../clients.ts';
import { startShopSystem } from '../setup/shop-system.ts';

let system: System;
let services: ServiceClients;
let connection: Connection;
let checkouts: CheckoutClient;
let broker: BrokerConnection;
let publisher: Publisher;
let model: ChannelModel;
let channel: Channel;

beforeAll(async () => {
  system = await startShopSystem();
  ({ services, connection, checkouts } = await openClients(system.addresses));
  const logger = pino({ level: 'silent' });
  broker = new BrokerConnection({
    url: system.addresses['STOREFRONT_AMQP_URL'] ?? '',
    name: 'test',
    logger,
    topology: standardTopology,
    declares: false,
  });
  await broker.open();
  publisher = new Publisher(broker);
  model = await amqp.connect(system.addresses['AMQP_URL'] ?? '');
  channel = await model.createChannel();
}, 120_000);

afterAll(async () => {
  await model?.close();
  await publisher?.close();
  await broker?.close();
  await connection?.close();
  await system?.stop();
}, 60_000);

/** An action: a command whose sender does not wait for its effect. */
async function order(checkoutId: string, more: Parameters<typeof cart>[1] = {}): Promise<void> {
  const origin = `storefront/${checkoutId}`;
  const envelope = { origin, causationId: origin, correlationId: checkoutId, subject: checkoutId, sequence: 1 };
  const data = cart(checkoutId, more);
  await publisher.publish([
    createEvent({ ...envelope, name: 'PlaceOrder', time: new Date().toISOString(), data } as never),
  ]);
}

/** Ordered, paid, in the books, in the history and in the customer's mailbox. */
async function isDone(checkoutId: string): Promise<boolean> {
  const id = checkoutId as never;
  const [status, { state }, { journals }, { mails }] = await Promise.all([
    checkouts.status(checkoutId),
    services.orderHistory.findHistory({ orderId: id }),
    services.ledger.listJournals({ subject: `order/${id}` }),
    services.mailSink.listMails({ checkoutId: id }),
  ]);
  return status.state === 'completed' && state === 'completed' && journals.length === 1 && mails.length === 1;
}

const isWaitingIn = async (queue: string) => (await channel.checkQueue(queue)).messageCount > 0;

const isDoneByNow = (checkoutId: string) => isDone(checkoutId).catch(() => false);
const orderId = 'away-first' as never;

const queries: Partial<Record<RoleName, () => Promise<unknown>>> = {
  customers: () => services.customers.findCustomer({ customerId: 'customer-123' }),
  catalog: () => services.catalog.getProducts({ skus: ['product-1'] }),
  orders: () => services.orders.findOrder({ orderId }),
  inventory: () => services.inventory.listStock({ sku: 'product-1' }),
  ledger: () => services.ledger.trialBalance({}),
  'mail-sink': () => services.mailSink.listMails({}),
  'order-history': () => services.orderHistory.findHistory({ orderId }),
  'checkout-worker': () => checkouts.status('away-first'),
};

const recipients: readonly RoleName[] = [
  'checkout-inbox',
  'checkout-worker',
  'customers',
  'catalog',
  'orders',
  'inventory',
  'payments',
  'payment-simulator',
  'ledger-consumer',
  'notification-consumer',
  'mail-sink',
  'order-history-consumer',
];

test('with everything up an order is done', async () => {
  await order('away-first');
  expect(await waitUntil(() => isDoneByNow('away-first'), { within: 60_000 })).toBe(true);
}, 90_000);

describe('an action waits for its recipient', () => {
  test.each(recipients)(
    '%s',
    async (recipient) => {
      const checkoutId = `away-${recipient}`;
      await system.stopRole(recipient);
      await order(checkoutId);
      expect(await isDoneByNow(checkoutId)).toBe(false);
      await system.start(recipient);
      expect(await waitUntil(() => isDoneByNow(checkoutId), { within: 60_000 })).toBe(true);
    },
    90_000,
  );

  test('but for the bridge: the worker of the checkouts publishes by itself', async () => {
    await system.stopRole('bridge-worker');
    await order('away-bridge-worker');
    expect(await waitUntil(() => isDoneByNow('away-bridge-worker'), { within: 60_000 })).toBe(true);
    await system.start('bridge-worker');
  }, 90_000);

  test.each([
    ['checkout-inbox', 'checkout.events.v1'],
    ['checkout-worker', 'checkout.events.v1.retry.5s'],
  ] as const)(
    '%s, when an account is banned: the ban waits in %s',
    async (recipient, queue) => {
      const [customerId, checkoutId] = [`away-banned-${recipient}`, `away-open-${recipient}`];
      const customer = { customerId, name: 'Eve', email: 'eve@example.org', country: 'US', status: 'active' as const };
      await services.customers.importCustomers({ customers: [customer] });
      await order(checkoutId, { customerId, paymentMethod: 'pm_card_authenticationRequired' });
      const isOpen = () =>
        checkouts.status(checkoutId).then(
          ({ state }) => state === 'needs-action',
          () => false,
        );
      expect(await waitUntil(isOpen, { within: 30_000 })).toBe(true);

      await system.stopRole(recipient);
      await services.customers.banCustomer({ customerId, reason: 'stolen cards' });
      expect(await waitUntil(() => isWaitingIn(queue), { within: 20_000 })).toBe(true);
      await system.start(recipient);

      expect((await checkouts.waitForResult(checkoutId)).outcome).toBe('cancelled');
    },
    90_000,
  );

  test('and nothing is lost or doubled by it', async () => {
    const audit = await auditWhenQuiet(system.addresses['DATABASE_URL'] ?? '', 60_000);
    expect(audit.filter(({ holds }) => !holds)).toEqual([]);
  }, 90_000);
});

describe('a query says that the other side is down', () => {
  test.each(Object.keys(queries) as RoleName[])(
    '%s',
    async (name) => {
      await expect(queries[name]?.()).resolves.toBeDefined();
      await system.stopRole(name);
      await expect(queries[name]?.()).rejects.toMatchObject({
        name: 'ServiceFailure',
        type: expect.stringMatching(/^(Unavailable|DeadlineExceeded)$/),
      });
      await system.start(name);
      expect(await waitUntil(async () => Boolean(await queries[name]?.().catch(() => false)), { within: 20_000 })).toBe(
        true,
      );
    },
    60_000,
  );
});

test('the order history answers while everything else is down', async () => {
  const before = await services.orderHistory.findHistory({ orderId });
  const others = roleNames.filter((name) => name !== 'order-history');
  await Promise.all(others.map((name) => system.stopRole(name)));

  expect(await services.orderHistory.findHistory({ orderId })).toEqual(before);
  const { orders } = await services.orderHistory.listOrders({ customerId: 'customer-123' });
  expect(orders.length).toBeGreaterThan(recipients.length);
}, 60_000);
