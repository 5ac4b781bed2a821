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

describe('each event once', () => {
  test('an event that comes again is handled once', async () => {
    const { publisher } = await consume();
    const event = paymentProcessed();
    const last = paymentProcessed();

    await publisher.publish([event, event]);
    await publisher.publish([event, last]);

    expect((await effects(2)).sort()).toEqual([event.subject, last.subject].sort());
  });

  test('another event under the same id is parked as a conflict', async () => {
    const { publisher } = await consume();
    const event = paymentProcessed();
    const other = { ...event, data: { ...event.data, paymentId: 'another' as typeof event.data.paymentId } };

    await publisher.publish([event]);
    await effects(1);
    await publisher.publish([other]);

    const parked = await takeFrom(broker.channel, queue().dead);
    expect(headersOf(parked)).toMatchObject({ 'x-dead-reason': 'conflict' });
    expect(await readEffects(database)).toEqual([event.subject]);
  });

  test('the same fact recorded at another time is no conflict', async () => {
    const { publisher } = await consume();
    const event = paymentProcessed();
    const last = paymentProcessed();

    await publisher.publish([event, { ...event, time: '2026-02-01T00:00:00.000Z', traceparent: '00-a-b-01' }, last]);

    expect(await effects(2)).toHaveLength(2);
    expect((await broker.channel.checkQueue(queue().dead)).messageCount).toBe(0);
  });

  test('a connection that breaks while events are handled changes nothing about it', async () => {
    let handled = 0;
    const reached = Promise.withResolvers<void>();
    const { gate } = await consume(
      async () => {
        handled += 1;
        if (handled === 30) {
          gate.cut();
          reached.resolve();
        }
      },
      { batchSize: 7 },
    );
    const events = Array.from({ length: 200 }, () => paymentProcessed());
    const { publisher } = await broker.connectWithPublisher();
    await publisher.publish(events);
    await reached.promise;

    await effects(events.length);
    await drained();
    expect((await readEffects(database)).sort()).toEqual(events.map(({ subject }) => subject).sort());
  });

  test('two processes share the work', async () => {
    const { publisher } = await consume();
    await consume();
    const events = Array.from({ length: 300 }, () => paymentProcessed());

    await publisher.publish([...events, ...events]);

    expect((await effects(events.length)).sort()).toEqual(events.map(({ subject }) => subject).sort());
    await drained();
    expect(await readEffects(database)).toHaveLength(events.length);
  });

  test('a stop finishes what is under way and leaves nothing half done', async () => {
    const entered = Promise.withResolvers<void>();
    const proceed = Promise.withResolvers<void>();
    const { publisher, consumer } = await consume(async () => {
      entered.resolve();
      await proceed.promise;
    });
    const event = paymentProcessed();
    await publisher.publish([event]);
    await entered.promise;

    const stopped = consumer.stop();
    proceed.resolve();
    await stopped;

    expect(await readEffects(database)).toEqual([event.subject]);
    expect((await broker.channel.checkQueue(queue().work)).messageCount).toBe(0);
  });

  test('a consumer whose queue was removed subscribes to a new one', async () => {
    const { publisher, connection } = await consume();
    await broker.channel.deleteQueue(queue().work);
    const event = paymentProcessed();

    await eventually(async () => {
      if (connection.status !== 'connected') return false;
      await publisher.publish([event]).catch(() => undefined);
      return (await readEffects(database)).length > 0;
    });

    expect(await readEffects(database)).toEqual([event.subject]);
  });
});
