import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createEvent, encodeEvent, type IntegrationEvent, typeOf } from '../../events/integration-event.ts';
import { publisherRules } from '../../events/processes.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { connectPublisher } from '../../messaging/connect-publisher.ts';
import { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { replay } from '../../services/dead-letters/actions.ts';
import { DeadLetterArchiver } from '../../services/dead-letters/archiver.ts';
import { listDeadLetters } from '../../services/dead-letters/store.ts';
import { ledgerConsumer } from '../../services/ledger/consumer.ts';
import { ledgerHandlers } from '../../services/ledger/server.ts';
import { createNotificationConsumer } from '../../services/notification/consumer.ts';
import { createMailer } from '../../services/notification/mailer.ts';
import { readSeller } from '../../services/notification/seller.ts';
import { sellerVariables } from '../seller.ts';
import { type BrokerUsers, openBrokerUsers } from './broker-users.ts';
import {
  amounts,
  checkoutOf,
  eventually,
  openTestBroker,
  openTestSchema,
  paymentProcessed,
  type TestBroker,
  takeFrom,
} from './environment.ts';

const logger = pino({ level: 'silent' });
const users = openBrokerUsers();

let broker: TestBroker;
let books: Awaited<ReturnType<typeof openTestSchema>>;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  broker = await openTestBroker({
    subscriptions: [subscriptions.ledger, subscriptions.notification],
    retryTiers: [{ label: '50ms', milliseconds: 50 }],
  });
  books = await openTestSchema('ledger');
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await broker.close();
  await books.close();
});

afterAll(() => users.close());

async function connectAs(user: string, names: BrokerUsers = users) {
  const connection = new BrokerConnection({
    url: await names.urlOf(user),
    name: user,
    logger,
    topology: broker.topology,
  });
  await connection.open();
  const publisher = new Publisher(connection);
  closing.push(
    () => connection.close(),
    () => publisher.close(),
  );
  return { connection, publisher };
}

/** @param fail ahead of each transaction of effects, as the handler of a defect does */
async function keepBooks(fail: () => void = () => undefined) {
  const definition = {
    ...ledgerConsumer,
    handle: async (...work: Parameters<typeof ledgerConsumer.handle>) => {
      fail();
      await ledgerConsumer.handle(...work);
    },
    handleTogether: undefined as never,
  };
  const consumer = new Consumer({
    ...(await connectAs('ledger-consumer')),
    definition,
    publishers: publisherRules,
    database: books.database,
    logger,
  });
  closing.push(() => consumer.stop());
  await consumer.ready;
}

const journals = async () =>
  (
    await ledgerHandlers(books.database).listJournals(
      { limit: 1_000 },
      {
        principal: undefined,
        correlationId: undefined,
        timeoutMilliseconds: undefined,
        signal: new AbortController().signal,
      },
    )
  ).journals;

const parked = async (subscription: (typeof subscriptions)['ledger' | 'notification'] = subscriptions.ledger) =>
  (await takeFrom(broker.channel, queueOf(broker.topology, subscription).dead)).properties.headers ?? {};

const orderCompleted = (): IntegrationEvent => {
  const { envelope, order } = checkoutOf();
  const customer = { name: 'Your bank', email: 'victim@example.com' };
  const data = { ...order, customer, amounts, itemCount: 1 };
  return createEvent({ ...envelope, name: 'OrderCompleted', sequence: 4, data });
};

/** Publishes the body of an event, with whatever else is said of it. */
async function publishAs(
  user: string,
  event: IntegrationEvent,
  { userId = user as string | undefined, key = event.type, source = undefined as string | undefined } = {},
) {
  const channel = await users.channelOf(user);
  const body = JSON.parse(encodeEvent(event).toString());
  const content = Buffer.from(JSON.stringify({ ...body, ...(source && { source }) }));
  channel.publish(broker.topology.exchanges.events, key, content, { messageId: event.id, ...(userId && { userId }) });
}

describe('a forged payment does not come into the books', () => {
  test.each([
    ['of a foreign user', 'stranger', {}, /stranger may not publish checkout\.payment\.processed\.v1/],
    ['of a foreign user and a foreign source', 'stranger', { source: 'urn:evil:me' }, /is not from urn:evil:me/],
    ['of a foreign source', 'checkout-worker', { source: 'urn:evil:me' }, /is not from urn:evil:me/],
    ['of no user', 'stranger', { userId: '' }, /a publisher without a name may not publish/],
    ['of another process of the system', 'notification-consumer', {}, /notification-consumer may not publish/],
    [
      'under a foreign routing key',
      'checkout-worker',
      { key: typeOf('OrderRefunded') },
      /its routing key was checkout\.order\.refunded\.v1 instead of checkout\.payment\.processed\.v1/,
    ],
  ])('%s', async (_, user, said, why) => {
    await keepBooks();

    await publishAs(user, paymentProcessed(undefined, 99_999_999), said);

    expect(await parked()).toMatchObject({ 'x-dead-reason': 'forged', 'x-error-message': expect.stringMatching(why) });
    expect(await journals()).toEqual([]);
  });

  test('that was sent straight to the queue of the ledger', async () => {
    await keepBooks();
    const channel = await users.channelOf('checkout-worker');
    const { work } = queueOf(broker.topology, subscriptions.ledger);

    channel.sendToQueue(work, encodeEvent(paymentProcessed()), {
      userId: 'checkout-worker',
      headers: { 'x-original-routing-key': typeOf('PaymentProcessed'), 'x-publisher': 'bridge-worker' },
    });

    expect(await parked()).toMatchObject({ 'x-dead-reason': 'forged' });
    expect(await journals()).toEqual([]);
  });

  test('and the broker refuses who names another user', async () => {
    await keepBooks();
    const channel = await users.channelOf('stranger');
    const refused = new Promise<Error>((resolve) => {
      channel.on('error', resolve);
    });

    channel.publish(broker.topology.exchanges.events, 'a', Buffer.from('{}'), { userId: 'checkout-worker' });

    expect((await refused).message).toMatch(/user_id property set to 'checkout-worker' but authenticated user was/);
  });
});

test('a forged order makes the shop write to no address', async () => {
  const { database, close } = await openTestSchema('notification');
  closing.push(close);
  const consumer = new Consumer({
    ...(await connectAs('notification-consumer')),
    definition: createNotificationConsumer({
      // Nothing listens there: a letter would be tried again, and not be parked as forged.
      mailer: createMailer({ url: 'smtp://127.0.0.1:1', from: 'Shop <orders@shop.example>' }),
      domain: 'shop.example',
      seller: readSeller(sellerVariables),
    }),
    publishers: publisherRules,
    database,
    logger,
  });
  closing.push(() => consumer.stop());
  await consumer.ready;

  await publishAs('stranger', orderCompleted());

  expect(await parked(subscriptions.notification)).toMatchObject({
    'x-dead-reason': 'forged',
    'x-publisher': 'stranger',
  });
});

describe('what its publisher may publish is handled', () => {
  test.each(['checkout-worker', 'bridge-worker'])('from the %s', async (user) => {
    await keepBooks();
    const event = paymentProcessed();
    const { publisher } = await connectAs(user);

    await publisher.publish([event]);

    const [journal] = await eventually(async () => (await journals()).length > 0 && journals());
    expect(journal).toMatchObject({ eventId: event.id });
  });

  test('after it has been through a retry tier', async () => {
    let broken = true;
    await keepBooks(() => {
      if (broken) {
        broken = false;
        throw new Error('broken');
      }
    });
    const { publisher } = await connectAs('bridge-worker');
    const event = paymentProcessed();

    await publisher.publish([event]);

    const [journal] = await eventually(async () => (await journals()).length > 0 && journals());
    expect({ journal: journal?.eventId, broken }).toEqual({ journal: event.id, broken: false });
  });

  test('after it was parked and is replayed, and what was forged stays so', async () => {
    let broken = true;
    await keepBooks(() => {
      if (broken) throw new Error('broken');
    });
    const letters = await openTestSchema('dead-letters');
    const { connection, publisher: replays } = await connectAs('dead-letters');
    const archiver = new DeadLetterArchiver({ connection, database: letters.database, logger });
    closing.push(letters.close, () => archiver.stop());
    const archived = (count: number) =>
      eventually(async () => {
        const all = await listDeadLetters(letters.database, { limit: 10 });
        return all.length === count && all;
      });
    const [honest, forged, planted] = [paymentProcessed(), paymentProcessed(), paymentProcessed()];
    const { publisher } = await connectAs('bridge-worker');
    await publisher.publish([honest]);
    await archived(1);
    await publishAs('stranger', forged);
    await archived(2);
    // What another user puts beside the letters of the ledger names whomever it likes.
    const channel = await users.channelOf('stranger');
    channel.publish(
      broker.topology.exchanges.dead,
      queueOf(broker.topology, subscriptions.ledger).work,
      encodeEvent(planted),
      {
        userId: 'stranger',
        headers: { 'x-publisher': 'bridge-worker', 'x-original-routing-key': planted.type },
      },
    );
    const queues = await archived(3);
    broken = false;

    for (const { deadLetterId } of queues) {
      await replay(letters.database, replays, deadLetterId, { by: 'operator', force: false });
    }

    const again = (await archived(5)).filter(({ state }) => state === 'parked');
    expect(again.map(({ deadReason, subject }) => [deadReason, subject]).sort()).toEqual(
      [forged, planted].map(({ subject }) => ['forged', subject]).sort(),
    );
    const posted = await eventually(async () => (await journals()).length > 0 && journals());
    expect(posted.map(({ eventId }) => eventId)).toEqual([honest.id]);
  });

  test('where all processes have one login', async () => {
    const { connection, publisher } = await connectAs('everyone');
    const consumer = new Consumer({
      ...{
        connection,
        publisher,
        definition: ledgerConsumer,
        publishers: publisherRules,
        database: books.database,
        logger,
      },
    });
    closing.push(() => consumer.stop());
    await consumer.ready;
    const other = await connectPublisher({ url: await users.urlOf('everyone'), topology: broker.topology, logger });
    closing.push(() => other.close());

    await other.publish([paymentProcessed()]);

    await eventually(async () => (await journals()).length === 1);
  });
});
