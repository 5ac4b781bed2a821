import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Kysely } from 'kysely';
import type { OrderId } from '../../contracts/identifiers.ts';
import { listenForMails } from '../../doubles/mail-sink/smtp.ts';
import { userCopyConsumer } from '../../events/consuming/user-copy.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { decodeEvent } from '../../events/integration-event.ts';
import { type Subscription, subscriptions } from '../../events/subscriptions.ts';
import type { ConsumerDefinition } from '../../messaging/consuming/definition.ts';
import { type EventContract, versionsOf } from '../../messaging/envelope/contracts.ts';
import { readJsonFiles } from '../../ops/documents/events-folder.ts';
import { customersConsumer } from '../../services/customers/consumer.ts';
import { deadLettersConsumer } from '../../services/dead-letters/erasure.ts';
import { createLedgerConsumer } from '../../services/ledger/consumer.ts';
import { createMailCommandConsumer, createNotificationConsumer } from '../../services/notification/consumer.ts';
import { createMailer } from '../../services/notification/mailer.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { orderHistoryConsumer } from '../../services/order-history/consumer.ts';
import { ordersConsumer } from '../../services/orders/erasure.ts';
import { checkoutConsumers } from '../../workers/checkout-messages.ts';
import type { WorkflowInbox } from '../../workers/workflow-inbox.ts';
import type { CheckoutMemory } from '../../workflows/checkout/recall.ts';
import { exampleSealedTexts } from '../example-event-keys.ts';
import { sellerVariables } from '../seller.ts';
import { openTestSchema, quiet } from './environment.ts';

type Tables = Record<never, never>;

const examples = readJsonFiles('examples');
const typesOfAll = Object.values<EventContract>(integrationEvents).flatMap((contract) =>
  versionsOf(contract).map(({ type }) => type),
);
const consumers = new Map<
  string,
  { readonly definition: ConsumerDefinition<Tables>; readonly database: Kysely<Tables> }
>();
const closes: (() => Promise<void>)[] = [];

/** Orders that know of none. */
const nothing: CheckoutMemory = {
  recallOrder: async ({ orderId }) => ({ orderId: orderId as OrderId, state: 'unknown' }),
};

/** Who asks is not told by reading. */
const noAccounts = { findCustomer: () => Promise.reject(new Error('there is no customers service in these tests')) };

beforeAll(async () => {
  const [billing, communities, customers, deadLetters, ledger, notification, orderHistory, orders] = await Promise.all([
    openTestSchema('billing'),
    openTestSchema('communities'),
    openTestSchema('customers'),
    openTestSchema('dead-letters'),
    openTestSchema('ledger'),
    openTestSchema('notification'),
    openTestSchema('order-history'),
    openTestSchema('orders'),
  ]);
  const smtp = await listenForMails({ host: '127.0.0.1', port: 0, logger: quiet, keep: async () => undefined });
  const seller = readSeller(sellerVariables);
  const mailer = createMailer({ url: `smtp://127.0.0.1:${smtp.port}`, from: 'Shop <orders@shop.example>' });
  consumers.set('billing', { definition: userCopyConsumer(subscriptions.billing), ...billing });
  consumers.set('communities', { definition: userCopyConsumer(subscriptions.communities), ...communities });
  consumers.set('customers', { definition: customersConsumer, ...customers });
  consumers.set('orders', { definition: ordersConsumer, ...orders });
  consumers.set('dead-letters', { definition: deadLettersConsumer as ConsumerDefinition<Tables>, ...deadLetters });
  consumers.set('ledger', { definition: createLedgerConsumer(exampleSealedTexts()), ...ledger });
  consumers.set('notification', {
    definition: createNotificationConsumer({
      mailer,
      domain: 'shop.example',
      seller,
      sealedTexts: exampleSealedTexts(),
    }),
    ...notification,
  });
  consumers.set('notification-commands', {
    definition: createMailCommandConsumer({
      mailer,
      domain: 'shop.example',
      seller,
      sealedTexts: exampleSealedTexts(),
    }),
    ...notification,
  });
  consumers.set('order-history', { definition: orderHistoryConsumer, ...orderHistory });
  for (const definition of checkoutConsumers(readingInbox, nothing, noAccounts))
    consumers.set(definition.name, { definition, ...ledger });
  closes.push(
    async () => mailer.close(),
    () => smtp.stop(),
    billing.close,
    communities.close,
    customers.close,
    deadLetters.close,
    orders.close,
    ledger.close,
    notification.close,
    orderHistory.close,
  );
});

afterAll(async () => {
  for (const close of closes) await close();
});

/** Reads from a message what Temporal would be told; there is no Temporal in these tests. */
const readingInbox = {
  start: (_type: string, read: (event: unknown) => unknown) => async (event: unknown) => void read(event),
  update: (_update: unknown, read: (event: unknown) => unknown) => async (event: unknown) => void read(event),
} as unknown as WorkflowInbox;

test('there is an example of every version of every event, and of nothing else', () => {
  expect([...examples.keys()].sort()).toEqual(typesOfAll.sort());
});

const subscribed = Object.values<Subscription>(subscriptions).flatMap(({ name, events }) =>
  events.flatMap((event) => versionsOf(integrationEvents[event]).map(({ type }) => [name, type] as const)),
);

test.each(subscribed)('%s takes the example of %s', async (name, type) => {
  const consumer = consumers.get(name);
  if (!consumer) throw new Error(`add ${name} to this test`);
  const event = decodeEvent(Buffer.from(JSON.stringify(examples.get(type))));

  await consumer.database.transaction().execute((transaction) => consumer.definition.handle(event, transaction));
});
