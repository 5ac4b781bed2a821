import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { BrokerConfigurationError } from '../../events/broker-errors.ts';
import { connectToBroker } from '../../events/connection.ts';
import { declareTopology, describeTopology, TopologyMismatchError } from '../../events/topology.ts';
import { amqpUrl, eventually, openTestBroker, quiet, type TestBroker } from './environment.ts';

let broker: TestBroker;

beforeEach(async () => {
  broker = await openTestBroker();
});

afterEach(() => broker.close());

describe('declareTopology', () => {
  test('may be repeated', async () => {
    const model = await amqp.connect(amqpUrl());
    await declareTopology(model, broker.topology);
    await declareTopology(model, broker.topology);
    await model.close();

    for (const { work, retry, dead } of broker.topology.queues) {
      for (const name of [work, dead, ...retry.map((tier) => tier.name)]) await broker.channel.checkQueue(name);
    }
  });

  test('a queue with other arguments ends in an error that names the queue and the argument', async () => {
    const work = `${broker.topology.queues[0]?.work}`;
    await broker.channel.assertQueue(work, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 7 },
    });

    const refused = connectToBroker({ url: amqpUrl(), name: 'test', logger: quiet, topology: broker.topology });

    await expect(refused).rejects.toThrow(TopologyMismatchError);
    await expect(refused).rejects.toMatchObject({ object: `queue '${work}'`, argument: expect.stringMatching(/^x-/) });
  });

  test('a connection that is there already hears of the mismatch when it comes back', async () => {
    const { connection, gate } = await broker.connect();
    const work = `${broker.topology.queues[0]?.work}`;
    gate.shut();
    await broker.channel.deleteQueue(work);
    await broker.channel.assertQueue(work, { durable: true });
    gate.open();

    await eventually(async () => connection.status === 'failed');
  });
});

describe('connectToBroker', () => {
  const connect = (url: string) =>
    connectToBroker({ url, name: 'test', logger: quiet, topology: describeTopology({ subscriptions: [] }) });

  test.each([
    ['no address', 'localhost'],
    ['another protocol', 'http://localhost:5672'],
  ])('%s is named as wrong', async (_, url) => {
    await expect(connect(url)).rejects.toThrow(BrokerConfigurationError);
    await expect(connect(url)).rejects.toThrow(/^AMQP_URL is wrong: use amqp:/);
  });

  test('a refused login is one line, without the password', async () => {
    const url = new URL(amqpUrl());
    url.password = 'secret-and-wrong';

    const refused = connect(url.href);

    await expect(refused).rejects.toThrow(BrokerConfigurationError);
    await expect(refused).rejects.toThrow(
      /^AMQP_URL is wrong: the broker at amqp:\/\/[^@\n]+ refuses its user and password[^\n]*$/,
    );
  });

  test('a virtual host that does not exist is named', async () => {
    const url = new URL(amqpUrl());
    url.pathname = '/nowhere';

    await expect(connect(url.href)).rejects.toThrow(
      /^AMQP_URL is wrong: the virtual host of amqp:.*\/nowhere does not exist/,
    );
  });
});
