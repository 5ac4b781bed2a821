import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { connectToBroker } from '../events/connection.ts';
import { Consumer } from '../events/consumer.ts';
import { consumerEnvironment } from '../events/consumer-environment.ts';
import { OutboxRelay } from '../events/outbox.ts';
import { Publisher } from '../events/publisher.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { migrate, openDatabase } from '../platform/database.ts';
import { runProcess } from '../platform/process.ts';
import { createNotificationConsumer, type NotificationTables } from '../services/notification/consumer.ts';
import { createMailer, domainOf } from '../services/notification/mailer.ts';

const environment = consumerEnvironment.extend({
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'use smtp://host:port, or smtps' }),
  MAIL_FROM: z.string().includes('@').default('Durable checkout <orders@shop.example>'),
});

const mailsAtOnce = 8;

await runProcess('notification-consumer', async (logger) => {
  const { DATABASE_URL, AMQP_URL, SMTP_URL, MAIL_FROM } = readConfiguration(environment);
  const database = openDatabase<NotificationTables>({
    url: DATABASE_URL,
    schema: 'notification',
    connections: mailsAtOnce + 2,
  });
  const migrations = fileURLToPath(new URL('../services/notification/migrations', import.meta.url));
  await migrate(database as Kysely<unknown>, 'notification', migrations);
  const connection = await connectToBroker({
    url: AMQP_URL,
    name: 'notification-consumer',
    logger,
    onFatal: () => process.exit(1),
  });
  const publisher = new Publisher(connection);
  const relay = new OutboxRelay({ database, publisher, logger });
  const mailer = createMailer({ url: SMTP_URL, from: MAIL_FROM });
  const consumer = new Consumer({
    connection,
    publisher,
    definition: createNotificationConsumer({ mailer, domain: domainOf(MAIL_FROM) }),
    database,
    logger,
    batchSize: 1,
    concurrency: mailsAtOnce,
    afterCommit: () => relay.wake(),
  });
  // Without a broker the process is ready all the same: it consumes as soon as the broker is there.
  if (connection.status === 'connected') await consumer.ready;
  return {
    address: connection.address,
    async stop() {
      await consumer.stop();
      await relay.stop();
      await publisher.close();
      await connection.close();
      mailer.close();
      await database.destroy();
    },
  };
});
