import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConsumeMessage } from 'amqplib';
import { type Kysely, sql } from 'kysely';
import type { Consumer } from '../../events/consumer.ts';
import { encodeEvent, typeOf } from '../../events/envelope.ts';
import { toMessage } from '../../events/publisher.ts';
import { queueOf } from '../../events/topology.ts';
import { createEffects, readEffects, retryTiers, startTestConsumer, testSubscription } from './consumer-environment.ts';
import {
  eventually,
  openTestBroker,
  openTestSchema,
  paymentProcessed,
  type TestBroker,
  takeFrom,
} from './environment.ts';

let broker: TestBroker;
let schema: Awaited<ReturnType<typeof openTestSchema>>;
let database: Kysely<Record<never, never>>;
let consumers: Consumer<Record<never, never>>[];

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [testSubscription], retryTiers });
  schema = await openTestSchema('ledger');
  database = schema.database;
  await createEffects(database);
  consumers = [];
});

afterEach(async () => {
  for (const consumer of consumers) await consumer.stop();
  await broker.close();
  await schema.close();
});

const queue = () => queueOf(broker.topology, testSubscription);

type Before = Parameters<typeof startTestConsumer>[0]['before'];

async function consume(before?: Before, options?: Parameters<typeof startTestConsumer>[1]) {
  const { connection, gate, publisher } = await broker.connectWithPublisher();
  const consumer = await startTestConsumer({ connection, publisher, database, ...(before && { before }) }, options);
  consumers.push(consumer);
  return { connection, gate, publisher, consumer };
}

const effects = (count: number) =>
  eventually(async () => {
    const found = await readEffects(database);
    return found.length >= count && found;
  });

/** Nothing waits in the work queue, nothing is unacknowledged. */
const drained = () =>
  eventually(async () => {
    const ready = await broker.channel.checkQueue(queue().work);
    return ready.messageCount === 0;
  });

const headersOf = ({ properties }: Pick<ConsumeMessage, 'properties'>) => properties.headers ?? {};

describe('messages that can never be handled', () => {
  const event = paymentProcessed();
  const body = (change: object) =>
    Buffer.from(JSON.stringify({ ...JSON.parse(encodeEvent(event).toString('utf8')), ...change }));

  test.each([
    ['no JSON', Buffer.from('{'), 'unreadable'],
    ['no CloudEvent', Buffer.from('{"id":"1"}'), 'unreadable'],
    ['a type that does not exist', body({ type: 'checkout.nothing.happened.v1' }), 'unknown-type'],
    ['a major version of the future', body({ type: 'checkout.payment.processed.v2' }), 'unknown-version'],
    ['data against the contract', body({ data: { checkoutId: 'c-1' } }), 'invalid-data'],
    [
      'an event that the consumer does not take',
      body({ type: typeOf('OrderPlaced'), data: orderPlaced() }),
      'unsubscribed',
    ],
  ])('%s is parked at once, unchanged', async (_, content, reason) => {
    const { publisher } = await consume();

    await publisher.send({ ...toMessage(event, broker.topology), content });

    const parked = await takeFrom(broker.channel, queue().dead);
    expect(parked.content).toEqual(content);
    expect(headersOf(parked)).toMatchObject({
      'x-dead-reason': reason,
      'x-original-exchange': broker.topology.exchanges.events,
      'x-original-routing-key': typeOf('PaymentProcessed'),
      'x-error-message': expect.any(String),
    });
  });

  function orderPlaced() {
    const { paymentId: _, ...order } = paymentProcessed().data;
    return { ...order, itemCount: 1 };
  }
});

describe('failures', () => {
  test('an event that fails for a while goes through the tiers and is handled', async () => {
    let failures = 0;
    const { publisher } = await consume(async () => {
      failures += 1;
      if (failures <= retryTiers.length) throw new Error('not yet');
    });
    const event = paymentProcessed();

    await publisher.publish([event]);

    expect(await effects(1)).toEqual([event.subject]);
    expect(failures).toBe(retryTiers.length + 1);
    expect((await broker.channel.checkQueue(queue().dead)).messageCount).toBe(0);
  });

  test('an event that always fails is parked with its reason, and its neighbours are handled', async () => {
    const poison = paymentProcessed();
    let failures = 0;
    const { publisher } = await consume(async ({ id }) => {
      if (id !== poison.id) return;
      failures += 1;
      throw new TypeError('poison');
    });
    const neighbours = Array.from({ length: 20 }, () => paymentProcessed());

    await publisher.publish([...neighbours.slice(0, 10), poison, ...neighbours.slice(10)]);

    const parked = await takeFrom(broker.channel, queue().dead);
    expect(parked.content).toEqual(encodeEvent(poison));
    expect(parked.properties).toMatchObject({ messageId: poison.id, correlationId: poison.correlationId });
    const headers = headersOf(parked);
    expect(headers).toMatchObject({
      'x-dead-reason': 'retries-exhausted',
      'x-attempt': retryTiers.length,
      'x-error-type': 'TypeError',
      'x-error-message': 'poison',
      'x-original-exchange': broker.topology.exchanges.events,
      'x-original-routing-key': typeOf('PaymentProcessed'),
      'x-first-failed-at': expect.stringMatching(/Z$/),
    });
    expect(Object.keys(headers).filter((name) => /death|delivery-count|acquired/.test(name))).toEqual([]);
    expect((await effects(20)).sort()).toEqual(neighbours.map(({ subject }) => subject).sort());
    expect(failures).toBeGreaterThan(retryTiers.length);
  });

  test('a parked event that is put back is handled, because its inbox row was never written', async () => {
    let broken = true;
    const { publisher } = await consume(async () => {
      if (broken) throw new Error('broken');
    });
    const event = paymentProcessed();
    await publisher.publish([event]);
    const { content } = await takeFrom(broker.channel, queue().dead);

    broken = false;
    await publisher.send({ ...toMessage(event, broker.topology), exchange: '', routingKey: queue().work, content });

    expect(await effects(1)).toEqual([event.subject]);
  });

  test('while the database is away events are held, and not sent through the tiers', async () => {
    await broker.close();
    const hour = [{ label: '1h', milliseconds: 3_600_000 }];
    broker = await openTestBroker({ subscriptions: [testSubscription], retryTiers: hour });
    let times = 0;
    const { publisher } = await consume(async (_, transaction) => {
      times += 1;
      if (times === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction);
    });
    const events = [paymentProcessed(), paymentProcessed()];

    await publisher.publish(events);

    expect((await effects(2)).sort()).toEqual(events.map(({ subject }) => subject).sort());
  });
});
