import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import amqp from 'amqplib';
import { connectToBroker } from '../../messaging/connection/connection.ts';
import { declareTopology } from '../../messaging/topology/declarations.ts';
import { TopologyMismatchError } from '../../messaging/topology/mismatch.ts';
import { amqpUrl, eventually, openTestBroker, quiet, type TestBroker } from './environment.ts';

let broker: TestBroker;

beforeEach(async () => {
  broker = await openTestBroker();
});

afterEach(() => broker.close());

test('a program that declares nothing waits for what is missing, and names it', async () => {
  const { promise: told, resolve } = Promise.withResolvers<string>();
  const logger = Object.create(quiet, {
    warn: { value: ({ reason }: { reason?: string }) => reason && resolve(reason) },
  });
  const options = { url: amqpUrl(), name: 'test', topology: broker.topology, declares: false };
  const [first] = broker.topology.queues;

  const connection = await connectToBroker({ ...options, logger });

  try {
    expect(connection.status).toBe('disconnected');
    expect(await told).toBe(
      `the broker has no exchange '${broker.topology.exchanges.unrouted}' yet: declare the topology, by \`npm run cli -- topology declare\``,
    );
    const declaring = await amqp.connect(amqpUrl());
    await declareTopology(declaring, broker.topology);
    await declaring.close();
    await eventually(async () => connection.status === 'connected');
    expect(await broker.channel.checkQueue(`${first?.work}`)).toMatchObject({ consumerCount: 0 });
  } finally {
    await connection.close();
  }
});

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
    await expect(refused).rejects.toThrow(
      /^queue '.+' exists on the broker with another x-[^\n]+: .+ instead of .+; .+ `npm run cli -- topology migrate`[^\n]+$/,
    );
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
