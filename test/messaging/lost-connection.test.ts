import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { BrokerConnection } from '../../messaging/connection/connection.ts';
import { eventually, openTestBroker, paymentProcessed, type TestBroker, takeFrom } from './environment.ts';
import type { Method } from './gate.ts';

const channelClose: Method = [20, 40];
const channelCloseOk: Method = [20, 41];
const connectionClose: Method = [10, 50];
const selectOk: Method = [85, 11];

let broker: TestBroker;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [] });
});

afterEach(() => broker.close());

const isConnected = (connection: BrokerConnection) => eventually(async () => connection.status === 'connected');
const isLost = (connection: BrokerConnection) => eventually(async () => connection.status === 'disconnected');

describe('a connection that breaks at an unlucky moment', () => {
  test('as the last word of the declaration is under way: it connects again', async () => {
    const { connection, gate } = await broker.connect();
    gate.cutAt(channelClose);
    gate.cut();
    await isLost(connection);

    await isConnected(connection);
  });

  test('with the last answer to the declaration: it connects again', async () => {
    const { connection, gate, publisher } = await broker.connectWithPublisher();
    gate.endAfter(channelCloseOk);
    gate.cut();
    await isLost(connection);

    await isConnected(connection);
    const event = paymentProcessed();
    await publisher.publish([event]);

    expect((await takeFrom(broker.channel, broker.topology.unroutedQueue)).properties.messageId).toBe(event.id);
  });

  test('with the answer that opens the channel: what waits for it goes to the next one', async () => {
    const { gate, publisher } = await broker.connectWithPublisher({
      confirmTimeoutMilliseconds: 60_000,
      timeoutMilliseconds: 60_000,
    });
    const event = paymentProcessed();

    gate.freeze();
    const published = publisher.publish([event]);
    gate.endAfter(selectOk);
    gate.cut();
    await published;

    expect((await takeFrom(broker.channel, broker.topology.unroutedQueue)).properties.messageId).toBe(event.id);
  });

  test('as it is closed: no caller waits for the answer', async () => {
    const { connection, gate } = await broker.connect();

    gate.cutAt(connectionClose);
    await connection.close();

    expect(connection.status).toBe('closed');
  });
});
