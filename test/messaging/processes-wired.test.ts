import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { listenForMails } from '../../doubles/mail-sink/smtp.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { standardTopology } from '../../events/standard-topology.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { type RoleName, roleNames, roleOf } from '../../roles/roles.ts';
import { sellerVariables } from '../seller.ts';
import { type ConsumerProcess, startConsumerProcess } from './consumer-processes.ts';
import { amounts, amqpUrl, checkoutOf, eventually, openTestBroker, quiet } from './environment.ts';

/** The processes as they are started in production: every other test makes consumers of its own. */

let running: ConsumerProcess | undefined;

afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** Nothing listens there: that is seen only when it is needed. */
const elsewhere = {
  SMTP_URL: 'smtp://127.0.0.1:1',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  CUSTOMERS_URL: 'http://127.0.0.1:1',
  ORDERS_URL: 'http://127.0.0.1:1',
  ...sellerVariables,
};

/** The settings of every process that consumes: a mail and a workflow cannot be rolled back with their batch. */
const expected: Partial<Record<RoleName, readonly object[]>> = {
  'ledger-consumer': [{ queue: 'ledger.events.v1', batchSize: 200, concurrency: 1 }],
  'notification-consumer': [
    { queue: 'notification.commands.v1', batchSize: 1, concurrency: 8 },
    { queue: 'notification.events.v1', batchSize: 1, concurrency: 8 },
  ],
  'order-history-consumer': [{ queue: 'order-history.events.v1', batchSize: 50, concurrency: 1 }],
  'billing-consumer': [{ queue: 'billing.events.v1', batchSize: 50, concurrency: 1 }],
  'customers-consumer': [{ queue: 'customers.events.v1', batchSize: 50, concurrency: 1 }],
  'communities-consumer': [{ queue: 'communities.events.v1', batchSize: 50, concurrency: 1 }],
  'orders-consumer': [{ queue: 'orders.events.v1', batchSize: 50, concurrency: 1 }],
  'dead-letters-consumer': [{ queue: 'dead-letters.events.v1', batchSize: 50, concurrency: 1 }],
  'checkout-inbox': [
    { queue: 'checkout.commands.v1', batchSize: 1, concurrency: 4 },
    { queue: 'checkout.events.v1', batchSize: 1, concurrency: 4 },
  ],
};

describe('a process that consumes', () => {
  const consuming = roleNames.filter((name) => roleOf(name).kind === 'consumer' && !roleOf(name).address);

  test.each(consuming)('%s takes from its queues what it may take at once', async (name) => {
    running = await startConsumerProcess(name, elsewhere);
    const settings = await running.consuming(expected[name]?.length ?? 1);
    expect(settings).toEqual(expected[name]);
  });
});

describe('the process that mails', () => {
  const refused = 'refused@example.com';
  const completed = (email: string): IntegrationEvent => {
    const { envelope, order } = checkoutOf(`c-${randomUUID()}`);
    const customer = { name: 'Ada Lovelace', email };
    const data = { ...order, customer, amounts, itemCount: 3 };
    return createEvent({ ...envelope, name: 'OrderCompleted', sequence: 4, data });
  };

  test('sends each mail once, though one among those that came together is refused', async () => {
    const queue = queueOf(standardTopology, subscriptions.notification);
    const broker = await openTestBroker({ subscriptions: [] });
    const connection = new BrokerConnection({
      url: amqpUrl(),
      name: 'test',
      logger: quiet,
      topology: standardTopology,
    });
    await connection.open();
    const publisher = new Publisher(connection);
    const mails: string[] = [];
    const smtp = await listenForMails({
      host: '127.0.0.1',
      port: 0,
      logger: quiet,
      async keep({ to, messageId }) {
        mails.push(messageId);
        if (to.includes(refused)) throw new Error('this recipient is refused');
      },
    });
    const events = Array.from({ length: 12 }, (_, index) => completed(index % 4 === 3 ? refused : 'ada@example.com'));
    try {
      await publisher.publish(events);

      running = await startConsumerProcess('notification-consumer', {
        SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
        MAIL_FROM: 'Shop <orders@shop.example>',
        ...sellerVariables,
      });

      await eventually(async () => new Set(mails).size === events.length);
      await running.stop();
      const sent = (those: readonly IntegrationEvent[]) => those.map(({ id }) => `<${id}@shop.example>`).sort();
      const accepted = sent(events.filter((_, index) => index % 4 !== 3));
      expect(mails.filter((id) => accepted.includes(id)).sort()).toEqual(accepted);
    } finally {
      for (const name of [queue.work, ...queue.retry.map((tier) => tier.name)]) await broker.channel.purgeQueue(name);
      await smtp.stop();
      await publisher.close();
      await connection.close();
      await broker.close();
    }
  });
});
