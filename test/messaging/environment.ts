import { randomUUID } from 'node:crypto';
import amqp, { type Channel, type GetMessage } from 'amqplib';
import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { describeStandardTopology } from '../../events/standard-topology.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Publisher, type PublisherOptions } from '../../messaging/publishing/publisher.ts';
import { declarationsOf } from '../../messaging/topology/declarations.ts';
import type { Topology } from '../../messaging/topology/topology.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { migrationsOf } from '../migrations.ts';
import { type Gate, openGate } from './gate.ts';

export const quiet = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: run this test with jest, which starts the parts`);
  return value;
}

export const amqpUrl = () => required('AMQP_URL');
export const databaseUrl = () => required('DATABASE_URL');

/** Exchanges and queues of one test's own, on the shared broker. */
export interface TestBroker {
  readonly topology: Topology;
  /** A channel to look at queues with, apart from what is tested. */
  readonly channel: Channel;
  /** A connection through a gate that the test can shut. */
  connect(): Promise<{ connection: BrokerConnection; gate: Gate }>;
  connectWithPublisher(
    options?: PublisherOptions,
  ): Promise<{ connection: BrokerConnection; gate: Gate; publisher: Publisher }>;
  close(): Promise<void>;
}

export async function openTestBroker(
  options: Parameters<typeof describeStandardTopology>[0] = {},
): Promise<TestBroker> {
  const topology = describeStandardTopology({ prefix: `test-${randomUUID().slice(0, 8)}.`, ...options });
  const model = await amqp.connect(amqpUrl());
  const channel = await model.createChannel();
  const opened: { connection: BrokerConnection; gate: Gate }[] = [];
  const publishers: Publisher[] = [];
  const connect = async () => {
    const gate = await openGate(amqpUrl());
    const connection = new BrokerConnection({ url: gate.url, name: 'test', logger: quiet, topology });
    opened.push({ connection, gate });
    await connection.open();
    return { connection, gate };
  };
  return {
    topology,
    channel,
    connect,
    async connectWithPublisher(publisherOptions) {
      const { connection, gate } = await connect();
      const publisher = new Publisher(connection, publisherOptions);
      publishers.push(publisher);
      await publisher.ready;
      return { connection, gate, publisher };
    },
    async close() {
      for (const publisher of publishers) await publisher.close();
      for (const { connection, gate } of opened) {
        await connection.close();
        await gate.close();
      }
      await removeTopology(channel, topology);
      await model.close();
    },
  };
}

/** Takes everything of a topology off the broker, with the messages in it. */
export async function removeTopology(channel: Channel, topology: Topology): Promise<void> {
  const { exchanges, queues } = declarationsOf(topology);
  for (const { name } of queues) await channel.deleteQueue(name);
  for (const { name } of exchanges) await channel.deleteExchange(name);
}

/** A database schema of one test's own, with a service's tables in it. */
export async function openTestSchema(
  service:
    | 'billing'
    | 'communities'
    | 'customers'
    | 'ledger'
    | 'notification'
    | 'order-history'
    | 'orders'
    | 'mail-sink'
    | 'dead-letters',
): Promise<{ database: Kysely<Record<never, never>>; schema: string; close(): Promise<void> }> {
  const schema = `test_${randomUUID().slice(0, 8)}`;
  const database = openDatabase<Record<never, never>>({ url: databaseUrl(), schema });
  await migrate(database as Kysely<unknown>, schema, migrationsOf(service));
  return {
    database,
    schema,
    async close() {
      await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
      await database.destroy();
    },
  };
}

/** Asks again and again until the answer is there; for what no event announces. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false>,
  timeoutMilliseconds = 40_000,
): Promise<T> {
  const end = Date.now() + timeoutMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`nothing came of it in ${timeoutMilliseconds} ms: ${ask.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Takes the next message out of a queue, as soon as there is one. */
export function takeFrom(channel: Channel, queue: string): Promise<GetMessage> {
  return eventually(() => channel.get(queue, { noAck: true }));
}

export const amounts = {
  currency: 'USD',
  goods: 5_000,
  discount: 100,
  shipping: 500,
  tax: 432,
  total: 5_832,
} as const;

/** What the events of one checkout have in common. */
export function checkoutOf(checkoutId: string = `c-${randomUUID()}`) {
  return {
    checkoutId,
    envelope: {
      origin: `checkout/${checkoutId}`,
      subject: checkoutId,
      correlationId: checkoutId,
      causationId: `checkout/${checkoutId}`,
      time: '2026-01-31T12:00:00.000Z',
    },
    order: { checkoutId, orderId: checkoutId, customerId: 'customer-1' },
  };
}

export function paymentProcessed(
  checkoutId?: string,
  total: number = amounts.total,
): IntegrationEvent<'PaymentProcessed'> {
  const { envelope, order } = checkoutOf(checkoutId);
  return createEvent({
    ...envelope,
    name: 'PaymentProcessed',
    sequence: 3,
    data: {
      ...order,
      paymentId: `${order.checkoutId}-1`,
      amounts: { ...amounts, goods: amounts.goods + total - amounts.total, total },
    },
  });
}

export function placeOrder(checkoutId = `c-${randomUUID()}`): IntegrationEvent<'PlaceOrder'> {
  return createEvent({
    name: 'PlaceOrder',
    origin: `storefront/${checkoutId}`,
    causationId: `storefront/${checkoutId}`,
    sequence: 1,
    subject: checkoutId,
    correlationId: checkoutId,
    time: '2026-01-31T12:00:00.000Z',
    data: {
      checkoutId,
      customerId: 'customer-1',
      lines: [{ sku: 'product-1', quantity: 1 }],
      currency: 'USD',
      country: 'US',
      paymentMethod: 'pm_card_visa',
    },
  });
}
