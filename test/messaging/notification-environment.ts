import type { Kysely } from 'kysely';
import { listenForMails } from '../../doubles/mail-sink/smtp.ts';
import { keepMail } from '../../doubles/mail-sink/store.ts';
import { decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { type Subscription, subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import type { ConsumerDefinition } from '../../messaging/consuming/definition.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import {
  createNotificationConsumer,
  type NotificationOptions,
  type NotificationTables,
} from '../../services/notification/consumer.ts';
import { createMailer } from '../../services/notification/mailer.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { type EventRecorder, recordEvents } from '../event-recorder.ts';
import { sellerVariables } from '../seller.ts';
import { amqpUrl, openTestBroker, openTestSchema, quiet } from './environment.ts';

/** The notifications with a broker, tables and a mail server of their own. */
export interface Notifications {
  readonly database: Kysely<NotificationTables>;
  /** Of the mail server. */
  readonly mails: Kysely<Record<never, never>>;
  /** What was published. */
  readonly heard: EventRecorder;
  publish(...events: IntegrationEvent[]): Promise<void>;
  startMailServer(): Promise<void>;
  stopMailServer(): Promise<void>;
  stop(): Promise<void>;
}

const retryTiers = [100, 500, 1_000].map((milliseconds) => ({ label: `${milliseconds}ms`, milliseconds }));

export async function openNotifications(
  subscription: Subscription = subscriptions.notification,
  define: (options: NotificationOptions) => ConsumerDefinition<NotificationTables> = createNotificationConsumer,
): Promise<Notifications> {
  const broker = await openTestBroker({ subscriptions: [subscription], retryTiers });
  const schema = await openTestSchema('notification');
  const mails = await openTestSchema('mail-sink');
  const listen = (port: number) =>
    listenForMails({ host: '127.0.0.1', port, logger: quiet, keep: (mail) => keepMail(mails.database, mail) });
  let smtp = await listen(0);
  const { port } = smtp;
  const { database } = schema;
  const { connection, publisher } = await broker.connectWithPublisher();
  const relay = new OutboxRelay({ decode: decodeEvent, database, publisher, logger: quiet });
  const mailer = createMailer({ url: `smtp://127.0.0.1:${port}`, from: 'Shop <orders@shop.example>' });
  const consumer = new Consumer({
    connection,
    publisher,
    definition: define({ mailer, domain: 'shop.example', seller: readSeller(sellerVariables) }),
    database,
    logger: quiet,
    batchSize: 1,
    concurrency: 4,
    afterCommit: () => relay.wake(),
  });
  await consumer.ready;
  const heard = await recordEvents(amqpUrl(), { topology: broker.topology, logger: quiet });
  return {
    database,
    mails: mails.database,
    heard,
    publish: (...events) => publisher.publish(events),
    async startMailServer() {
      smtp = await listen(port);
    },
    stopMailServer: () => smtp.stop(),
    async stop() {
      await consumer.stop();
      await relay.stop();
      mailer.close();
      await smtp.stop();
      await heard.close();
      await broker.close();
      await mails.close();
      await schema.close();
    },
  };
}
