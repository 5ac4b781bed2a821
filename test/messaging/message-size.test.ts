import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { decodeEvent } from '../../events/integration-event.ts';
import { MessageTooLargeError } from '../../messaging/connection/errors.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { openTestBroker, openTestSchema, paymentProcessed, quiet, type TestBroker, takeFrom } from './environment.ts';

const subscription = { name: 'tester', queue: 'tester.events.v1', events: ['PaymentProcessed'] } as const;
const mebibyte = 1024 * 1024;
let broker: TestBroker;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [subscription] });
});

afterEach(() => broker.close());

const ofSize = (size: number) => ({
  ...toMessage(paymentProcessed(), broker.topology),
  content: Buffer.alloc(size, ' '),
});

test('a message of 16 MiB is sent, and one byte more is refused before it is sent', async () => {
  const { connection, publisher } = await broker.connectWithPublisher();

  const refused = await publisher.send(ofSize(16 * mebibyte + 1)).catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(MessageTooLargeError);
  expect(refused).toMatchObject({
    size: 16 * mebibyte + 1,
    limit: 16 * mebibyte,
    message: expect.stringContaining(
      'checkout.payment.processed.v1 has 16777217 bytes, and a message has at most 16777216',
    ),
  });
  await publisher.send(ofSize(16 * mebibyte));
  const { content } = await takeFrom(broker.channel, queueOf(broker.topology, subscription).work);
  expect(content).toHaveLength(16 * mebibyte);
  expect(connection.status).toBe('connected');
});

test('a setting makes the limit another one', async () => {
  const { publisher } = await broker.connectWithPublisher({ largestMessage: 100 });
  await expect(publisher.publish([paymentProcessed()])).rejects.toMatchObject({
    name: 'MessageTooLargeError',
    limit: 100,
  });
});

test('what came larger than may be sent is parked as it is, at once', async () => {
  const { database, close } = await openTestSchema('ledger');
  const { work, dead } = queueOf(broker.topology, subscription);
  const { connection, publisher } = await broker.connectWithPublisher({ largestMessage: 100 });
  const definition = { ...subscription, decode: decodeEvent, handle: async () => undefined };
  const consumer = new Consumer({ connection, publisher, database, logger: quiet, definition });
  await consumer.ready;

  broker.channel.sendToQueue(work, Buffer.from('no event '.repeat(20)));
  const { content, properties } = await takeFrom(broker.channel, dead);

  expect(content.toString()).toBe('no event '.repeat(20));
  expect(properties.headers).toMatchObject({ 'x-first-death-reason': 'rejected' });
  await consumer.stop();
  await close();
});
