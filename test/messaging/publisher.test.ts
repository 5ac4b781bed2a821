import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { decodeEvent, typeOf } from '../../events/integration-event.ts';
import {
  BrokerUnavailableError,
  MessageRefusedError,
  UnroutableMessageError,
} from '../../messaging/connection/errors.ts';
import { toMessage } from '../../messaging/publishing/outgoing-message.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import { readMetric } from '../metrics.ts';
import { checkoutOf, eventually, openTestBroker, paymentProcessed, type TestBroker, takeFrom } from './environment.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const key = typeOf('PaymentProcessed');
let broker: TestBroker;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [] });
});

afterEach(() => broker.close());

/** The ids of everything that comes to a queue bound for it, by default of payments, in the order of arrival. */
async function hear(exchange = broker.topology.exchanges.events, routingKey: string = key): Promise<string[]> {
  const { channel } = broker;
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, exchange, routingKey);
  const ids: string[] = [];
  await channel.consume(queue, (message) => message && ids.push(message.properties.messageId), { noAck: true });
  return ids;
}

const manyPayments = (count: number) => Array.from({ length: count }, () => paymentProcessed());

describe('publish', () => {
  test('resolves when all are confirmed, and keeps their order beyond the window', async () => {
    const { publisher } = await broker.connectWithPublisher({ window: 10 });
    const heard = await hear();
    const events = manyPayments(500);

    await publisher.publish(events);

    await eventually(async () => heard.length === events.length);
    expect(heard).toEqual(events.map(({ id }) => id));
  });

  test('has no more on their way than its window holds', async () => {
    const { publisher, gate } = await broker.connectWithPublisher({ window: 10 });
    gate.freeze();

    const published = publisher.publish(manyPayments(30));

    expect(readMetric((await renderMetrics()).text, 'messaging_publish_window_in_use')).toBe(10);
    gate.cut();
    await published;
  });

  test('sends a persistent CloudEvent with the properties that tell what it is', async () => {
    const { publisher } = await broker.connectWithPublisher();
    const event = paymentProcessed();

    await publisher.publish([event]);

    const { content, properties } = await takeFrom(broker.channel, broker.topology.unroutedQueue);
    expect(decodeEvent(content)).toEqual(event);
    expect(properties).toMatchObject({
      messageId: event.id,
      type: key,
      correlationId: checkoutOf(event.subject).checkoutId,
      timestamp: Date.parse(event.time) / 1000,
      contentType: 'application/cloudevents+json; charset=utf-8',
      deliveryMode: 2,
    });
  });

  test('an event that no queue is bound for lands in the queue for unrouted events', async () => {
    const { publisher } = await broker.connectWithPublisher();
    const event = paymentProcessed();

    await publisher.publish([event]);

    const { properties } = await takeFrom(broker.channel, broker.topology.unroutedQueue);
    expect(properties.messageId).toBe(event.id);
  });

  test('a command that no queue takes fails, and only it', async () => {
    const { publisher } = await broker.connectWithPublisher();
    const { exchanges } = broker.topology;
    const heard = await hear();
    const [before, command, after] = [paymentProcessed(), paymentProcessed(), paymentProcessed()];

    const results = await Promise.allSettled([
      publisher.publish([before]),
      publisher.send({
        ...toMessage(command, broker.topology),
        exchange: exchanges.commands,
        routingKey: 'unbound.do.v1',
      }),
      publisher.publish([after]),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(UnroutableMessageError) });
    await eventually(async () => heard.length === 2);
  });

  test('a full queue refuses, and the new channels that are tried for it send nothing else twice', async () => {
    const { publisher } = await broker.connectWithPublisher({ confirmTimeoutMilliseconds: 200, window: 10 });
    const { channel, topology } = broker;
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
    });
    await channel.bindQueue(queue, topology.exchanges.events, key);
    const command = { exchange: topology.exchanges.commands, routingKey: 'service.do.v1' };
    const heard = await hear(command.exchange, command.routingKey);
    const renewed = async () => readMetric((await renderMetrics()).text, 'messaging_renewed_channels_total') ?? 0;
    const before = await renewed();
    let sent = 0;
    let isOver = false;

    const refused = eventually(async () => {
      await expect(publisher.publish(manyPayments(5))).rejects.toThrow(MessageRefusedError);
      return (await renewed()) >= before + 2;
    }).finally(() => {
      isOver = true;
    });
    // Enough of them for the window to be full all the time.
    while (!isOver) {
      const others = manyPayments(200).map((event) => ({ ...toMessage(event, topology), ...command }));
      await publisher.sendAll(others);
      sent += others.length;
    }
    await refused;

    await eventually(async () => heard.length >= sent);
    expect(heard).toHaveLength(sent);
    await channel.deleteQueue(queue);
    await publisher.publish(manyPayments(5));
  });
});

describe('when the broker is away', () => {
  test('publishing fails at once and says where the broker should be', async () => {
    const { publisher, gate, connection } = await broker.connectWithPublisher();
    gate.shut();
    await eventually(async () => connection.status === 'disconnected');

    await expect(publisher.publish([paymentProcessed()])).rejects.toThrow(
      new BrokerUnavailableError(`RabbitMQ at ${connection.address} cannot be reached`),
    );
  });

  test('publishing works again when it is back', async () => {
    const { publisher, gate, connection } = await broker.connectWithPublisher();
    const heard = await hear();
    gate.shut();
    await eventually(async () => connection.status === 'disconnected');
    gate.open();
    await eventually(async () => connection.status === 'connected');

    await publisher.publish(manyPayments(5));

    await eventually(async () => heard.length === 5);
  });

  test('a connection that breaks in the middle loses nothing', async () => {
    const { publisher, gate } = await broker.connectWithPublisher({ window: 50 });
    const heard = await hear();
    const events = manyPayments(2_000);

    const published = publisher.publish(events);
    await eventually(async () => heard.length > 200);
    gate.cut();
    await published;

    await eventually(async () => new Set(heard).size === events.length);
    expect(new Set(heard)).toEqual(new Set(events.map(({ id }) => id)));
  });

  test('what was given up is not held until it is back', async () => {
    const { publisher, gate } = await broker.connectWithPublisher({
      window: 1,
      timeoutMilliseconds: 20,
      confirmTimeoutMilliseconds: 60_000,
    });
    const giveUp = async () => {
      const message = toMessage(paymentProcessed(), broker.topology);
      await expect(publisher.send(message)).rejects.toThrow(BrokerUnavailableError);
      return new WeakRef(message);
    };

    gate.freeze();
    await giveUp();
    const waited = await giveUp();

    await eventually(async () => {
      collectGarbage();
      return waited.deref() === undefined;
    }, 5_000);
    gate.cut();
  });

  test('a broker that confirms no more is left, and the window is sent again with the same ids', async () => {
    const { publisher, gate } = await broker.connectWithPublisher({ confirmTimeoutMilliseconds: 200 });
    const heard = await hear();
    const events = manyPayments(20);

    gate.freeze();
    await publisher.publish(events);

    await eventually(async () => new Set(heard).size === events.length);
    expect(new Set(heard)).toEqual(new Set(events.map(({ id }) => id)));
  });
});
