import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { decodeEvent } from '../../events/integration-event.ts';
import { consumedBy, publisherRules } from '../../events/processes.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import type { ConsumerDefinition } from '../../messaging/consuming/definition.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';
import { openBrokerUsers } from './broker-users.ts';
import { openTestBroker, openTestSchema, quiet, type TestBroker, takeFrom } from './environment.ts';

/** The exchange for commands is a direct one, of whose routing keys RabbitMQ's permissions know nothing. */

const examples = readJsonFiles('examples');
const users = openBrokerUsers();
const takers = ['notificationCommands', 'checkoutCommands'] as const;

const senders = [...new Set(standardTopology.commands.flatMap(publisherRules.publishersOf))];
const foreign = standardTopology.commands.flatMap((type) =>
  senders
    .filter((sender) => !publisherRules.publishersOf(type).includes(sender))
    .map((sender) => [sender, type] as const),
);

let broker: TestBroker;
let schema: Awaited<ReturnType<typeof openTestSchema>>;
const closing: (() => Promise<unknown>)[] = [];
const handled: string[] = [];

beforeEach(async () => {
  handled.length = 0;
  broker = await openTestBroker({ subscriptions: takers.map((key) => subscriptions[key]) });
  schema = await openTestSchema('notification');
  for (const key of takers) await consume(key);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await broker.close();
  await schema.close();
});

afterAll(() => users.close());

/** A consumer as its process has it, but for what it does. */
async function consume(key: (typeof takers)[number]) {
  const user = consumedBy[key];
  const options = { url: await users.urlOf(user), name: user, logger: quiet, topology: broker.topology };
  const connection = new BrokerConnection(options);
  await connection.open();
  const publisher = new Publisher(connection);
  const definition: ConsumerDefinition<Record<never, never>> = {
    ...subscriptions[key],
    decode: decodeEvent,
    handle: async ({ name }) => void handled.push(name),
  };
  const { database } = schema;
  const consumer = new Consumer({
    connection,
    publisher,
    definition,
    database,
    publishers: publisherRules,
    logger: quiet,
  });
  closing.push(
    () => connection.close(),
    () => publisher.close(),
    () => consumer.stop(),
  );
  await consumer.ready;
}

const takerOf = (type: string) =>
  examples.get(type)?.['type'] === 'checkout.place-order.v1' ? 'checkoutCommands' : 'notificationCommands';

test('there are commands of other senders for each who sends some', () => {
  expect(new Set(foreign.map(([sender]) => sender))).toEqual(new Set(senders));
  expect(foreign).toContainEqual(['storefront', 'notification.send-payslip.v1']);
  expect(foreign).toContainEqual(['storefront', 'notification.send-invoice-email.v1']);
});

test.each(foreign)(
  '%s sends %s, under its own routing key, and the consumer parks it as forged',
  async (sender, type) => {
    const channel = await users.channelOf(sender);
    const content = Buffer.from(JSON.stringify({ ...examples.get(type), id: randomUUID() }));
    channel.publish(broker.topology.exchanges.commands, type, content, { messageId: randomUUID(), userId: sender });

    const { dead } = queueOf(broker.topology, subscriptions[takerOf(type)]);
    const { headers } = (await takeFrom(broker.channel, dead)).properties;
    expect(headers).toMatchObject({
      'x-dead-reason': 'forged',
      'x-error-message': expect.stringContaining(`${sender} may not publish ${type}`),
    });
    expect(handled).toEqual([]);
  },
);
