import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import amqp, { type ChannelModel } from 'amqplib';
import { UnroutableMessageError } from '../../messaging/connection/errors.ts';
import { migrateTopology, planMigration } from '../../messaging/migration/migration.ts';
import { ConsumersAttachedError, QueueMover } from '../../messaging/migration/queue-mover.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import type { Publisher } from '../../messaging/publishing/publisher.ts';
import { compareTopology, storeOf } from '../../messaging/topology/comparison.ts';
import { declarationsOf } from '../../messaging/topology/declarations.ts';
import { type QueueTopology, queueOf } from '../../messaging/topology/topology.ts';
import { amqpUrl, eventually, openTestBroker, paymentProcessed, type TestBroker, takeFrom } from './environment.ts';

const subscription = { name: 'tester', queue: 'tester.events.v1', events: ['PaymentProcessed'] } as const;
const retryTiers = [{ label: '1h', milliseconds: 3_600_000 }];
const silent = () => undefined;

let broker: TestBroker;
let model: ChannelModel;
let queue: QueueTopology;
/** Connected before the queue was another one, as an earlier version of the system is. */
let publisher: Publisher;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [subscription], retryTiers });
  queue = queueOf(broker.topology, subscription);
  model = await amqp.connect(amqpUrl());
  ({ publisher } = await broker.connectWithPublisher());
});

afterEach(async () => {
  await broker.channel.deleteQueue(storeOf(queue.work));
  await model.close();
  await broker.close();
});

/** The work queue as an earlier version of the system has declared it, bound and in use. */
async function declareOldQueue(values: Record<string, unknown> = { 'x-delivery-limit': 7 }): Promise<void> {
  const { channel, topology } = broker;
  await channel.deleteQueue(queue.work);
  await channel.assertQueue(queue.work, { durable: true, arguments: { 'x-queue-type': 'quorum', ...values } });
  for (const { queue: name, exchange, routingKey } of declarationsOf(topology).bindings) {
    if (name === queue.work) await channel.bindQueue(name, exchange, routingKey);
  }
}

/** The ids of all messages in a queue, which is empty then. */
async function takeAll(name: string): Promise<string[]> {
  const ids: string[] = [];
  await broker.channel.consume(name, (message) => message && ids.push(message.properties.messageId), { noAck: true });
  await eventually(async () => (await broker.channel.checkQueue(name)).messageCount === 0);
  // What the broker had sent before its answer may be behind it.
  await broker.channel.checkQueue(name);
  return ids;
}

const payments = (count: number) => Array.from({ length: count }, () => paymentProcessed());
const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id);

describe('compareTopology', () => {
  test('finds everything as described after it was declared', async () => {
    const compared = await compareTopology(model, broker.topology);

    expect(compared.map(({ state }) => state)).toEqual(compared.map(() => 'as described'));
    expect(compared.filter(({ kind }) => kind === 'queue')).toHaveLength(4);
  });

  test('names every argument that differs, and what is missing', async () => {
    await declareOldQueue({ 'x-delivery-limit': 7, 'x-max-length': 1_000 });
    await broker.channel.deleteQueue(queue.dead);

    const compared = await compareTopology(model, broker.topology);

    const work = compared.find(({ name }) => name === queue.work);
    expect(work).toMatchObject({ state: 'different', messages: 0, consumers: 0 });
    expect(work?.differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ argument: 'x-delivery-limit', actual: '7', expected: '20' }),
        expect.objectContaining({ argument: 'x-max-length', actual: '1000', expected: 'none' }),
        expect.objectContaining({ argument: 'x-overflow', actual: 'none', expected: 'reject-publish' }),
      ]),
    );
    expect(compared.find(({ name }) => name === queue.dead)).toMatchObject({ state: 'missing' });
  });
});

describe('migrateTopology', () => {
  test('keeps every message in its order, the waiting ones too, and what they came with', async () => {
    await declareOldQueue();
    const [events, failed] = [payments(300), paymentProcessed()];
    for (const event of events) await publisher.publish([event]);
    await publisher.send({
      ...toMessage(failed, broker.topology),
      exchange: '',
      routingKey: `${queue.retry[0]?.name}`,
    });

    const moved = await migrateTopology(model, broker.topology, silent);

    expect(moved).toBe(301);
    const states = (await compareTopology(model, broker.topology)).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['as described']));
    const first = await broker.channel.get(queue.work, { noAck: true });
    expect(first).toMatchObject({
      content: toMessage(events[0] as ReturnType<typeof paymentProcessed>, broker.topology).content,
      properties: { messageId: events[0]?.id, headers: { 'x-original-exchange': broker.topology.exchanges.events } },
    });
    expect(await takeAll(queue.work)).toEqual(ids(events).slice(1));
    expect(await takeAll(`${queue.retry[0]?.name}`)).toEqual([failed.id]);
    expect((await planMigration(model, broker.topology)).queues).toEqual([]);
  });

  test('refuses while the queue has a consumer, and has changed nothing then', async () => {
    await declareOldQueue();
    await broker.channel.consume(queue.work, silent);

    const refused = migrateTopology(model, broker.topology, silent);

    await expect(refused).rejects.toThrow(ConsumersAttachedError);
    await expect(refused).rejects.toThrow(new RegExp(`'${queue.work}' \\(1\\); stop the processes`));
    expect((await planMigration(model, broker.topology)).queues).toMatchObject([
      { name: queue.work, state: 'different', isUnfinished: false },
    ]);
  });

  test('refuses while a consumer that was cancelled still holds a message', async () => {
    await declareOldQueue();
    const event = paymentProcessed();
    await publisher.publish([event]);
    const stopping = await model.createChannel();
    const { promise: delivered, resolve } = Promise.withResolvers<unknown>();
    const { consumerTag } = await stopping.consume(queue.work, resolve);
    await delivered;
    await stopping.cancel(consumerTag);

    await expect(migrateTopology(model, broker.topology, silent)).rejects.toThrow(ConsumersAttachedError);

    await stopping.close();
    await migrateTopology(model, broker.topology, silent);
    expect(await takeAll(queue.work)).toEqual([event.id]);
  });

  test('leaves a message where it is until its copy is confirmed', async () => {
    const event = paymentProcessed();
    await publisher.publish([event]);
    const mover = await QueueMover.start(model, queue.work, 'nowhere');

    await expect(mover.emptied()).rejects.toThrow(UnroutableMessageError);

    await mover.close();
    const { properties } = await takeFrom(broker.channel, queue.work);
    expect(properties.messageId).toBe(event.id);
  });

  test('loses nothing that is published meanwhile, killed again and again', async () => {
    await declareOldQueue();
    const before = payments(500);
    await publisher.publish(before);
    const during: string[] = [];
    const stop = new AbortController();
    const published = publishUntil(stop.signal, during);

    const ends: (string | null)[] = [];
    try {
      for (let last = 130; last <= 190; last += 10) ends.push(await migrateUntil(last));
      await migrateTopology(model, broker.topology, silent);
    } finally {
      stop.abort();
      await published;
    }

    expect(ends.filter((signal) => signal === 'SIGKILL').length).toBeGreaterThan(3);
    expect(during.length).toBeGreaterThan(0);
    expect((await planMigration(model, broker.topology)).queues).toEqual([]);
    const left = new Set(await takeAll(queue.work));
    expect([...ids(before), ...during].filter((id) => !left.has(id))).toEqual([]);
    expect(await takeAll(broker.topology.unroutedQueue)).toEqual([]);
  }, 120_000);
});

/** Publishes one payment after the other and notes those that the broker has confirmed. */
async function publishUntil(end: AbortSignal, confirmed: string[]): Promise<void> {
  while (!end.aborted) {
    const event = paymentProcessed();
    await publisher.publish([event]);
    confirmed.push(event.id);
  }
}

/** Migrates in a process of its own, which is killed at that command; tells by which signal it ended. */
async function migrateUntil(lastCommand: number): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('migrate-process.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      TOPOLOGY: JSON.stringify(broker.topology),
      LAST_COMMAND: String(lastCommand),
    },
  });
  await once(child, 'exit');
  return child.signalCode;
}
