import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { MessageRefusedError, MessageTooLargeError } from '../../messaging/connection/errors.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { bind, declarationsOf, declareQueue } from '../../messaging/topology/declarations.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import { type ConsumerTest, openConsumerTest } from '../messaging/consumer-environment.ts';
import { eventually, openTestBroker, paymentProcessed, type TestBroker, takeFrom } from '../messaging/environment.ts';
import { readMetric } from '../metrics.ts';
import { OwnBroker, type OwnNode } from './own-broker.ts';
import { testedServer } from './servers.ts';

const patience = 120_000;
/** How long an unacknowledged delivery may last; the broker's default is half an hour. */
const consumerTimeout = 3_000;
/** After which the broker tries again to dead-letter a message that no queue took; the broker's default is 180 s. */
const deadLetterRetry = 2_000;

/** In bytes; the broker's default is 16 MiB, and 128 MiB before RabbitMQ 4. */
const largestMessage = 100_000;

/** Of a work queue. */
const deliveryLimit = 20;

let broker: OwnBroker;
let node: OwnNode;

beforeAll(async () => {
  broker = await OwnBroker.start({
    server: await testedServer(),
    settings: [`max_message_size = ${largestMessage}`],
  });
  node = broker.nodes[0] as OwnNode;
  const settings = {
    consumer_timeout: consumerTimeout,
    channel_tick_interval: 1_000,
    dead_letter_worker_publisher_confirm_timeout: deadLetterRetry,
  };
  for (const [name, value] of Object.entries(settings)) {
    await node.control('eval', `application:set_env(rabbit, ${name}, ${value}).`);
  }
  process.env['AMQP_URL'] = node.url;
}, patience);

afterAll(() => broker.stop());

const signal = () => Promise.withResolvers<void>();

const isPublished = (publisher: Publisher, event: IntegrationEvent) =>
  publisher.publish([event]).then(
    () => true,
    () => false,
  );

async function declareDeadQueue({ topology, channel }: TestBroker, dead: string): Promise<void> {
  const { queues, bindings } = declarationsOf(topology);
  for (const queue of queues.filter(({ name }) => name === dead)) await declareQueue(channel, queue);
  for (const binding of bindings.filter(({ queue }) => queue === dead)) await bind(channel, binding);
}

describe('a consumer', () => {
  let run: ConsumerTest;

  beforeEach(async () => {
    run = await openConsumerTest();
  });

  afterEach(() => run.close());

  const parked = async () => (await run.broker.channel.checkQueue(run.queue.dead)).messageCount;

  test(
    'that hangs longer than the consumer timeout gets its event again, and its late acknowledgement is ignored',
    async () => {
      let [deliveries, tries] = [0, 0];
      const [first, hung, next, last] = [
        paymentProcessed(),
        paymentProcessed(),
        paymentProcessed(),
        paymentProcessed(),
      ];
      const [hanging, reached, broken] = [signal(), signal(), signal()];
      const { publisher, gate, connection } = await run.consume(
        async ({ id }, transaction) => {
          if (id === hung.id) await hanging.promise;
          if (id !== next.id) return;
          tries += 1;
          if (tries > 1) return;
          reached.resolve();
          await broken.promise;
          await sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction);
        },
        {
          batchSize: 1,
          concurrency: 4,
          decode: (content) => {
            deliveries += 1;
            return decodeEvent(content);
          },
        },
      );
      await publisher.publish([first]);
      await run.effects(1);
      await publisher.publish([hung]);
      await eventually(async () => deliveries === 3);
      // On the new channel this one has the number that the hung one had on the old channel.
      await publisher.publish([next]);
      await reached.promise;

      hanging.resolve();
      await run.effects(2);
      await publisher.publish([last]);
      await run.effects(3);
      gate.cut();
      await eventually(async () => connection.status !== 'connected');
      broken.resolve();

      await run.effects(4);
      const all = [first, hung, next, last].map(({ subject }) => subject);
      expect(await run.finalEffects()).toEqual(all.sort());
      expect(await run.left()).toBe(0);
      expect(await parked()).toBe(0);
    },
    patience,
  );

  test('keeps what it cannot park while the dead-letter queue is missing, and parks it when that is back', async () => {
    let deliveries = 0;
    const { publisher } = await run.consume(undefined, {
      decode: (content) => {
        deliveries += 1;
        return decodeEvent(content);
      },
    });
    await run.broker.channel.deleteQueue(run.queue.dead);
    const message = { ...toMessage(paymentProcessed(), run.broker.topology), content: Buffer.from('{') };

    await publisher.send(message);
    await eventually(async () => deliveries >= 2);
    await declareDeadQueue(run.broker, run.queue.dead);

    const { content, properties } = await takeFrom(run.broker.channel, run.queue.dead);
    expect(content).toEqual(message.content);
    expect(properties.headers).toMatchObject({ 'x-dead-reason': 'unreadable' });
    await eventually(async () => (await run.left()) === 0);
  });

  test(
    'keeps what it cannot park while the dead-letter queue is full, and parks it as there is room',
    async () => {
      const policy = JSON.stringify({ 'max-length': 3, overflow: 'reject-publish' });
      await node.control('set_policy', 'full', `^${run.queue.dead}$`, policy, '--apply-to', 'queues');
      let deliveries = 0;
      const { publisher } = await run.consume(undefined, {
        decode: (content) => {
          deliveries += 1;
          return decodeEvent(content);
        },
      });
      const messages = Array.from({ length: 10 }, () => ({
        ...toMessage(paymentProcessed(), run.broker.topology),
        content: Buffer.from('{'),
      }));

      await publisher.sendAll(messages);
      await eventually(async () => deliveries > messages.length);

      const ids = new Set<unknown>();
      while (ids.size < messages.length) {
        ids.add((await takeFrom(run.broker.channel, run.queue.dead)).properties.messageId);
      }
      expect(ids).toEqual(new Set(messages.map(({ properties }) => properties.messageId)));
      await eventually(async () => (await run.left()) === 0);
      await node.control('clear_policy', 'full');
    },
    patience,
  );
});

describe('a message that kills its consumer', () => {
  test(
    'goes to the dead-letter queue at the delivery limit, and waits while that is missing',
    async () => {
      const subscription = { name: 'tester', queue: 'tester.events.v1', events: ['PaymentProcessed'] } as const;
      const test = await openTestBroker({ subscriptions: [subscription], retryTiers: [] });
      const { publisher } = await test.connectWithPublisher();
      // A process that connects declares everything, the queue that has to be missing too.
      const victims = await Promise.all(Array.from({ length: deliveryLimit + 1 }, () => test.connect()));
      const { work, dead } = queueOf(test.topology, subscription);
      const poison = paymentProcessed();
      await test.channel.deleteQueue(dead);
      await publisher.publish([poison]);

      for (const { connection, gate } of victims) {
        const { promise: delivered, resolve } = Promise.withResolvers<unknown>();
        connection.recoverableChannel({
          name: 'victim',
          open: async (channel) => void (await channel.consume(work, resolve)),
        });
        await delivered;
        gate.shut();
      }
      await declareDeadQueue(test, dead);

      const { properties } = await takeFrom(test.channel, dead);
      expect(properties.messageId).toBe(poison.id);
      expect(properties.headers?.['x-death']).toMatchObject([{ queue: work, reason: 'delivery_limit' }]);
      await test.close();
    },
    patience,
  );
});

describe('a publisher', () => {
  test(
    'is refused while one of two queues is full, and the other consumer drops what came twice',
    async () => {
      const run = await openConsumerTest();
      const { publisher } = await run.consume();
      const { channel, topology } = run.broker;
      const full = `${run.queue.work}.full`;
      await channel.assertQueue(full, {
        durable: true,
        arguments: { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish' },
      });
      await channel.bindQueue(full, topology.exchanges.events, '#');
      await node.control('set_policy', 'full', `^${full}$`, '{"max-length":1}', '--apply-to', 'queues');
      const event = paymentProcessed();
      let refusals = 0;
      await eventually(async () => {
        refusals += await publisher.publish([event]).then(
          () => 0,
          (error: unknown) => (error instanceof MessageRefusedError ? 1 : Promise.reject(error)),
        );
        return refusals === 3;
      });

      await channel.purgeQueue(full);
      await eventually(() => isPublished(publisher, event));

      expect(await run.finalEffects()).toEqual([event.subject]);
      await channel.deleteQueue(full);
      await node.control('clear_policy', 'full');
      await run.close();
    },
    patience,
  );

  test(
    'goes on with a new channel when its channel refuses for a queue that has long had room',
    async () => {
      const test = await openTestBroker({ subscriptions: [] });
      const { publisher } = await test.connectWithPublisher({ confirmTimeoutMilliseconds: 1_000 });
      const [before, after] = [paymentProcessed(), paymentProcessed()];
      await publisher.publish([before]);

      // As a node of 3.10 that led the queue leaves it behind, now and then: the queue's last news to the channel was that it is full.
      const queue = `rabbit_misc:r(<<"/">>, queue, <<"${test.topology.unroutedQueue}">>)`;
      const news = `{queue_event, ${queue}, {nobody, {machine, {queue_status, reject_publish}}}}`;
      await node.control('eval', `[gen_server2:cast(Channel, ${news}) || Channel <- rabbit_channel:list()].`);
      await expect(publisher.publish([after])).rejects.toThrow(MessageRefusedError);
      await eventually(() => isPublished(publisher, after));

      const { unroutedQueue } = test.topology;
      const arrived = [await takeFrom(test.channel, unroutedQueue), await takeFrom(test.channel, unroutedQueue)];
      expect(arrived.map(({ properties }) => properties.messageId)).toEqual([before.id, after.id]);
      await test.close();
    },
    patience,
  );

  test(
    'stops while the broker is blocked by its memory alarm, and all is confirmed afterwards',
    async () => {
      const test = await openTestBroker({ subscriptions: [] });
      const { publisher, connection } = await test.connectWithPublisher({
        timeoutMilliseconds: patience,
        confirmTimeoutMilliseconds: 200,
      });
      const impatient = new Publisher(connection, { timeoutMilliseconds: 1_000 });
      await impatient.ready;
      const events = Array.from({ length: 300 }, () => paymentProcessed());
      const connections = async () => (await node.control('list_connections', 'pid')).split('\n').sort();
      const before = await connections();
      await node.control('set_vm_memory_high_watermark', '0');

      const published = publisher.publish(events);
      await eventually(async () => connection.status === 'blocked');
      expect(readMetric((await renderMetrics()).text, 'messaging_publish_window_in_use')).toBe(200);
      await expect(impatient.publish([paymentProcessed()])).rejects.toThrow('takes no messages for now');
      await node.control('set_vm_memory_high_watermark', '0.6');
      await published;
      await impatient.close();

      expect(connection.status).toBe('connected');
      expect(await connections()).toEqual(before);
      await eventually(
        async () => (await test.channel.checkQueue(test.topology.unroutedQueue)).messageCount === events.length + 1,
      );
      await test.close();
    },
    patience,
  );

  test(
    'learns how large a message may be when the broker refuses one, and the others arrive',
    async () => {
      const test = await openTestBroker({ subscriptions: [] });
      const { publisher } = await test.connectWithPublisher();
      const content = Buffer.alloc(largestMessage + 1);
      const tooLarge = { ...toMessage(paymentProcessed(), test.topology), content };

      const [refused, ...others] = await Promise.allSettled([
        publisher.send(tooLarge),
        ...[1, 2, 3].map(() => publisher.publish([paymentProcessed()])),
      ]);

      expect(refused).toMatchObject({ status: 'rejected', reason: { limit: largestMessage, size: content.length } });
      expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      await expect(publisher.send(tooLarge)).rejects.toThrow(MessageTooLargeError);
      await test.close();
    },
    patience,
  );
});
