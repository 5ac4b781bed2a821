import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '@temporalio/client';
import amqp, { type Channel, type ChannelModel } from 'amqplib';
import { execa } from 'execa';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import type { ServiceClients } from '../../client/services.ts';
import { cart } from '../../demo/shop.ts';
import { createEvent } from '../../events/integration-event.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import type { Audit } from '../../ops/audit/audit.ts';
import { auditWhenQuiet } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import { waitUntil } from '../../parts/wait.ts';
import { openDatabase } from '../../platform/database.ts';
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

describe('an audit tells what waits from what is lost', () => {
  const lost = 'away-first';
  const waiting = 'away-audited';

  /** As people run it. */
  const audit = (changed: Readonly<Record<string, string>> = {}) =>
    execa('node', ['ops/audit/main.ts', '--json', '--within', '2'], {
      env: { ...system.addresses, ...changed, NODE_OPTIONS: '' },
      reject: false,
    });

  test('while the ledger is away and a journal was deleted', async () => {
    await system.stopRole('ledger-consumer');
    await order(waiting);
    expect(await waitUntil(() => isWaitingIn('ledger.events.v1'), { within: 60_000 })).toBe(true);
    const isEnded = () => checkouts.status(waiting).then(({ state }) => state === 'completed');
    expect(await waitUntil(isEnded, { within: 60_000 })).toBe(true);
    const notThere = await audit();
    const inFlight: Audit = JSON.parse(notThere.stdout);
    expect(inFlight.equations.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
    const journals = 'ledger: payment journals = completed orders that cost something';
    expect(inFlight.equations.find(({ name }) => name === journals)).toMatchObject({
      ...{ verdict: 'in flight', inFlight: 1, by: ['ledger'] },
    });
    // The ledger's consumer is away, and the audit says so.
    expect(notThere.stderr).toContain('half there: the process of ledger-consumer does not answer at http');
    expect(notThere.exitCode).toBe(2);

    const database = openDatabase<unknown>({ url: String(system.addresses['DATABASE_URL']), schema: 'ledger' });
    await sql`alter table journals disable trigger refuse_change`.execute(database);
    await sql`delete from journals where subject_id = ${lost}`.execute(database);
    await database.destroy();
    const { stdout, exitCode } = await audit();
    const { equations }: Audit = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(equations.find(({ name }) => name === journals)).toMatchObject({
      ...{ verdict: 'broken', subjects: [`order ${lost}`], inFlight: 1 },
    });
    await system.start('ledger-consumer');
  }, 120_000);

  test('and says where it finds no broker', async () => {
    const { stderr, exitCode } = await audit({ AMQP_URL: 'amqp://user:secret@127.0.0.1:1/' });
    expect(stderr).toContain('half there: RabbitMQ at amqp://127.0.0.1:1/');
    expect(stderr).not.toContain('secret');
    expect(exitCode).toBe(2);
  }, 60_000);
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
