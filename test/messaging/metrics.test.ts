import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createEvent, decodeEvent, typeOf } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { showQueueDepths, showUnrouted } from '../../messaging/connection/queue-depths.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import { readMetric } from '../metrics.ts';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { amounts, checkoutOf, eventually, openTestSchema, paymentProcessed, quiet, takeFrom } from './environment.ts';

let run: ConsumerTest;

beforeEach(async () => {
  run = await openConsumerTest();
});

afterEach(() => run.close());

const metric = async (name: string, labels: Record<string, string> = {}) =>
  readMetric((await renderMetrics()).text, name, labels);

/** How much a metric grows while something is done. */
async function growth(of: readonly (readonly [string, Record<string, string>])[], work: () => Promise<unknown>) {
  const read = () => Promise.all(of.map(async ([name, labels]) => (await metric(name, labels)) ?? 0));
  const before = await read();
  await work();
  return (await read()).map((value, index) => value - (before[index] ?? 0));
}

const payment = { event: typeOf('PaymentProcessed') };
const confirmed = ['messaging_events_published_total', payment] as const;
const confirmTimes = ['messaging_publish_confirm_duration_seconds_count', {}] as const;
const ended = (outcome: string) =>
  ['messaging_process_duration_seconds_count', { consumer: 'tester', ...payment, outcome }] as const;
const lags = ['messaging_consumer_lag_seconds_count', { consumer: 'tester' }] as const;
const redelivered = ['messaging_redeliveries_total', { consumer: 'tester' }] as const;
const retried = (tier: string) => ['messaging_retries_total', { consumer: 'tester', tier }] as const;
const parked = (reason: string) => ['messaging_failed_messages_total', { consumer: 'tester', reason }] as const;

describe('a publisher', () => {
  test('counts events when they are confirmed, and measures how long that took', async () => {
    const { publisher } = await run.broker.connectWithPublisher();

    const grown = await growth([confirmed, confirmTimes], () =>
      publisher.publish([paymentProcessed(), paymentProcessed(), paymentProcessed()]),
    );

    expect(grown).toEqual([3, 3]);
  });

  test('counts nothing that is not confirmed, and shows what it holds in its window beside others', async () => {
    const { publisher, gate } = await run.broker.connectWithPublisher({ timeoutMilliseconds: 1_000 });
    await run.broker.connectWithPublisher();
    gate.freeze();

    const grown = await growth([confirmed], async () => {
      const publishing = publisher.publish([paymentProcessed(), paymentProcessed()]);
      expect(await metric('messaging_publish_window_in_use')).toBe(2);
      await expect(publishing).rejects.toThrow('did not confirm in time');
    });

    gate.cut();
    expect(grown).toEqual([0]);
    await eventually(async () => (await metric('messaging_publish_window_in_use')) === 0);
  });
});

describe('a consumer', () => {
  test('counts what it handles and what it has handled before, and measures how old the events were', async () => {
    const { publisher } = await run.consume();
    const event = paymentProcessed();

    const grown = await growth([ended('handled'), ended('duplicate'), lags], async () => {
      await publisher.publish([event]);
      await run.effects(1);
      await publisher.publish([event]);
      await run.finalEffects();
    });

    expect(grown).toEqual([1, 1, 1]);
  });

  test('counts what the broker delivers again', async () => {
    const published = Promise.withResolvers<void>();
    const { publisher, gate } = await run.consume(async () => {
      await published.promise;
      gate.cut();
    });

    const before = (await metric(...redelivered)) ?? 0;
    const grown = await growth([redelivered, ended('duplicate')], async () => {
      await publisher.publish([paymentProcessed()]);
      published.resolve();
      await eventually(async () => ((await metric(...redelivered)) ?? 0) > before);
    });

    expect(grown).toEqual([1, 1]);
  });

  test('counts every retry by its tier, and a parked message by its reason', async () => {
    const { publisher } = await run.consume(async () => {
      throw new Error('always');
    });

    const watched = [ended('failed'), retried('20ms'), retried('40ms'), parked('retries-exhausted')];
    const grown = await growth(watched, async () => {
      await publisher.publish([paymentProcessed()]);
      await takeFrom(run.broker.channel, run.queue.dead);
      await eventually(async () => (await metric(...parked('retries-exhausted'))) !== undefined);
    });

    expect(grown).toEqual([3, 1, 1, 1]);
  });

  test('counts what cannot be read by its reason; its type makes no series of its own', async () => {
    const { publisher } = await run.consume();
    const message = toMessage(paymentProcessed(), run.broker.topology);
    const strange = { ...message, content: Buffer.from('{'), properties: { ...message.properties, type: 'strange' } };

    const grown = await growth([parked('unreadable')], async () => {
      await publisher.send(strange);
      await takeFrom(run.broker.channel, run.queue.dead);
      await run.finalEffects();
    });

    expect(grown).toEqual([1]);
    expect((await renderMetrics()).text).not.toContain('strange');
  });
});

describe('a connection', () => {
  const connections = async () => {
    const states = ['connected', 'blocked', 'disconnected', 'failed'];
    const values = await Promise.all(states.map((state) => metric('messaging_broker_connections', { state })));
    return Object.fromEntries(states.map((state, index) => [state, values[index]]));
  };
  const subscribed = () => metric('messaging_consumer_subscriptions', { consumer: 'tester' });

  test('shows its state, and a consumer whether it is subscribed', async () => {
    const { gate, consumer } = await run.consume();
    expect(await connections()).toEqual({ connected: 1, blocked: 0, disconnected: 0, failed: 0 });
    expect(await subscribed()).toBe(1);

    gate.shut();
    await eventually(async () => (await connections())['disconnected'] === 1);
    expect(await connections()).toEqual({ connected: 0, blocked: 0, disconnected: 1, failed: 0 });
    await eventually(async () => (await subscribed()) === 0);

    gate.open();
    await eventually(async () => (await subscribed()) === 1);
    expect(await connections()).toEqual({ connected: 1, blocked: 0, disconnected: 0, failed: 0 });
    await consumer.stop();
    expect(await subscribed()).toBeUndefined();
  });
});

describe('what waits', () => {
  test('is shown for each queue, as it is at the time of the scrape', async () => {
    const { connection, publisher } = await run.broker.connectWithPublisher();
    const depths = showQueueDepths(connection, [run.queue]);
    await eventually(async () => (await metric('messaging_queue_messages', { queue: run.queue.work })) === 0);
    await publisher.publish([paymentProcessed(), paymentProcessed()]);
    const dead = { exchange: '', routingKey: run.queue.dead };
    await publisher.send({ ...toMessage(paymentProcessed(), run.broker.topology), ...dead });

    await eventually(async () => (await metric('messaging_queue_messages', { queue: run.queue.work })) === 2);
    await eventually(async () => (await metric('messaging_dead_letters', { queue: run.queue.dead })) === 1);

    await depths.stop();
    expect(await metric('messaging_queue_messages', { queue: run.queue.work })).toBeUndefined();
  });

  test('is not shown while the broker does not answer', async () => {
    const { connection, gate } = await run.broker.connect();
    const depths = showQueueDepths(connection, [run.queue]);
    await eventually(async () => (await metric('messaging_queue_messages', { queue: run.queue.work })) === 0);

    gate.freeze();
    expect(await metric('messaging_queue_messages', { queue: run.queue.work })).toBeUndefined();

    gate.cut();
    await eventually(async () => (await metric('messaging_queue_messages', { queue: run.queue.work })) === 0);
    gate.cut();
    await depths.stop();
  });

  test('shows events that no queue was bound for', async () => {
    const { connection, publisher } = await run.broker.connectWithPublisher();
    const unrouted = showUnrouted(connection);
    const { envelope, order } = checkoutOf();
    const data = { ...order, amounts, itemCount: 1 };
    await publisher.publish([createEvent({ ...envelope, name: 'OrderPlaced', sequence: 1, data })]);

    await eventually(async () => (await metric('messaging_unrouted_events')) === 1);
    await unrouted.stop();
    expect(await metric('messaging_unrouted_events')).toBeUndefined();
  });

  test('shows what is in the outbox', async () => {
    const { database, close } = await openTestSchema('notification');
    const down = { publish: () => Promise.reject(new Error('away')) };
    const relay = new OutboxRelay({ decode: decodeEvent, database, publisher: down, logger: quiet });
    await database.transaction().execute((transaction) => appendToOutbox(transaction, paymentProcessed()));

    expect(await metric('messaging_outbox_events')).toBe(1);

    await sql`update outbox set published_at = now()`.execute(database);
    expect(await metric('messaging_outbox_events')).toBe(0);
    await relay.stop();
    await close();
  });
});
