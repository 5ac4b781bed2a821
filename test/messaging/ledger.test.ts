import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Kysely } from 'kysely';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { Consumer } from '../../messaging/consuming/consumer.ts';
import { queueOf } from '../../messaging/topology/topology.ts';
import { ledgerConsumer } from '../../services/ledger/consumer.ts';
import { journalsOf } from '../../services/ledger/journal.ts';
import { ledgerHandlers } from '../../services/ledger/server.ts';
import { postJournals } from '../../services/ledger/store.ts';
import {
  amounts,
  checkoutOf,
  eventually,
  openTestBroker,
  openTestSchema,
  paymentProcessed,
  quiet,
  type TestBroker,
  takeFrom,
} from './environment.ts';

let broker: TestBroker;
let schema: Awaited<ReturnType<typeof openTestSchema>>;
let database: Kysely<Record<never, never>>;
let consumer: Consumer<Record<never, never>>;
let publish: (...events: IntegrationEvent[]) => Promise<void>;
let startConsumer: () => Promise<void>;

beforeEach(async () => {
  broker = await openTestBroker({ subscriptions: [subscriptions.ledger] });
  schema = await openTestSchema('ledger');
  database = schema.database;
  const { connection, publisher } = await broker.connectWithPublisher();
  publish = (...events) => publisher.publish(events);
  startConsumer = async () => {
    consumer = new Consumer({ connection, publisher, definition: ledgerConsumer, database, logger: quiet });
    await consumer.ready;
  };
  await startConsumer();
});

afterEach(async () => {
  await consumer.stop();
  await broker.close();
  await schema.close();
});

const context = {
  principal: undefined,
  correlationId: undefined,
  timeoutMilliseconds: undefined,
  signal: new AbortController().signal,
};

const journals = (count: number) =>
  eventually(async () => {
    const found = await ledgerHandlers(database).listJournals({ limit: 1_000 }, context);
    return found.journals.length >= count && found.journals;
  });

test('a payment that was processed is posted, and found by its order', async () => {
  const event = paymentProcessed();
  await publish(event, paymentProcessed());
  await journals(2);

  const { orderId } = event.data;
  const ledger = ledgerHandlers(database);
  const { journals: posted } = await ledger.listJournals({ subject: `order/${orderId}`, limit: 10 }, context);
  expect(posted).toMatchObject([
    {
      eventId: event.id,
      eventType: 'checkout.payment.processed.v1',
      occurredAt: event.time,
      subject: { kind: 'order', id: orderId },
      lines: [
        { account: '1200', debit: 5_832, credit: null },
        { account: '4000', debit: null, credit: 4_900 },
        { account: '4100', debit: null, credit: 500 },
        { account: '2200', debit: null, credit: 432 },
        { account: '1050', debit: 5_832, credit: null },
        { account: '1200', debit: null, credit: 5_832 },
      ],
    },
  ]);
});

const part = { currency: 'USD', goods: 2_500, discount: 50, shipping: 0, tax: 216, total: 2_666 } as const;

function orderRefunded(checkoutId: string, refundId: string, given: typeof part | typeof amounts = part) {
  const { envelope, order } = checkoutOf(checkoutId);
  return createEvent({
    ...envelope,
    name: 'OrderRefunded',
    origin: `refund/${refundId}`,
    sequence: 1,
    data: {
      ...order,
      customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
      refundId,
      paymentId: `${checkoutId}-1`,
      amounts: given,
      itemCount: 1,
      reason: 'too bright',
    },
  });
}

test('an order that was refunded is posted against its payment, once for each refund', async () => {
  const first = orderRefunded('c-refunded', 'r-1');
  await publish(paymentProcessed('c-refunded'), first, first, orderRefunded('c-refunded', 'r-2'));
  await publish(first);
  await journals(3);

  const ledger = ledgerHandlers(database);
  const { journals: posted } = await ledger.listJournals({ subject: 'order/c-refunded', limit: 10 }, context);
  expect(posted.map(({ kind }) => kind).sort()).toEqual(['payment', 'refund', 'refund']);
  expect(posted.find(({ eventId }) => eventId === first.id)).toMatchObject({
    kind: 'refund',
    eventType: 'checkout.order.refunded.v1',
    lines: [
      { account: '4900', debit: 2_450, credit: null },
      { account: '2200', debit: 216, credit: null },
      { account: '1050', debit: null, credit: 2_666 },
    ],
  });
  const { accounts } = await ledger.trialBalance({ currency: 'USD' }, context);
  expect(accounts.find(({ account }) => account === '1050')).toMatchObject({ balance: amounts.total - 2 * part.total });
  expect(await ledger.completeness({}, context)).toMatchObject({ complete: true, events: 3, journals: 3 });
});

test('the same refund with other amounts is parked, and the store refuses it too', async () => {
  const refund = orderRefunded('c-refund-twice', 'r-3');
  const larger = orderRefunded('c-refund-twice', 'r-3', amounts);
  expect(larger.id).toBe(refund.id);
  await publish(refund);
  await journals(1);
  await publish(larger);

  await takeFrom(broker.channel, queueOf(broker.topology, subscriptions.ledger).dead);
  const post = database
    .transaction()
    .execute((transaction) => postJournals(transaction, journalsOf.OrderRefunded(larger)));
  await expect(post).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  expect(await journals(1)).toHaveLength(1);
});

test('the same event twice makes one journal', async () => {
  const event = paymentProcessed();
  await publish(event, event);
  await publish(event, paymentProcessed());

  expect((await journals(2)).map(({ eventId }) => eventId)).toContain(event.id);
  expect(await journals(2)).toHaveLength(2);
});

test('the same event with another amount is parked, and the book stays as it was', async () => {
  const event = paymentProcessed('c-1');
  const dearer = paymentProcessed('c-1', amounts.total + 1);
  expect(dearer.id).toBe(event.id);

  await publish(event);
  await journals(1);
  await publish(dearer);

  await takeFrom(broker.channel, queueOf(broker.topology, subscriptions.ledger).dead);
  const { accounts } = await ledgerHandlers(database).trialBalance({}, context);
  expect(accounts.find(({ account }) => account === '1050')).toMatchObject({ balance: amounts.total });
});

test('a payment that cannot be posted goes its own way, and the others of its batch are posted', async () => {
  const { envelope, order } = checkoutOf('c-nothing');
  const nothing = createEvent({
    ...envelope,
    name: 'PaymentProcessed',
    sequence: 3,
    data: {
      ...order,
      paymentId: 'c-nothing-1',
      amounts: { currency: 'USD', goods: 0, discount: 0, shipping: 0, tax: 0, total: 0 },
    },
  });
  const [first, last] = [paymentProcessed(), paymentProcessed()];
  // What waits in the queue is delivered together.
  await consumer.stop();
  await publish(first, nothing, last);
  await startConsumer();

  const posted = await journals(2);
  expect(posted.map(({ eventId }) => eventId).sort()).toEqual([first.id, last.id].sort());
  const [tier] = queueOf(broker.topology, subscriptions.ledger).retry;
  const { properties } = await takeFrom(broker.channel, tier?.name ?? '');
  expect(properties.messageId).toBe(nothing.id);
});

test('the trial balance and the statement add up', async () => {
  const events = [paymentProcessed(), paymentProcessed(undefined, 10_000), paymentProcessed(undefined, 1_000)];
  await publish(...events);
  await journals(3);

  const ledger = ledgerHandlers(database);
  const { accounts, totals } = await ledger.trialBalance({ currency: 'USD' }, context);
  expect(totals).toEqual([{ currency: 'USD', debits: 33_664, credits: 33_664 }]);
  expect(accounts.map(({ account, balance }) => [account, balance])).toEqual([
    ['1050', 16_832],
    ['1200', 0],
    ['2200', -1_296],
    ['4000', -14_036],
    ['4100', -1_500],
  ]);
  const statement = await ledger.accountStatement({ account: '1050', currency: 'USD', limit: 2 }, context);
  expect(statement.balance).toBe(16_832);
  expect(statement.entries.map(({ debit, balance }) => [debit, balance])).toEqual([
    [10_000, 15_832],
    [1_000, 16_832],
  ]);
  await expect(ledger.accountStatement({ account: '7777', currency: 'USD', limit: 2 }, context)).rejects.toMatchObject({
    type: 'NotFound',
  });
});

test('every event has its journal, and a journal without an event shows', async () => {
  await publish(paymentProcessed(), paymentProcessed());
  await journals(2);
  const ledger = ledgerHandlers(database);
  expect(await ledger.completeness({}, context)).toMatchObject({ complete: true, events: 2, journals: 2 });

  const stray = paymentProcessed();
  await database.transaction().execute((transaction) => postJournals(transaction, journalsOf.PaymentProcessed(stray)));

  expect(await ledger.completeness({}, context)).toMatchObject({
    complete: false,
    events: 2,
    journals: 3,
    eventsWithoutJournal: [],
    journalsWithoutEvent: [stray.id],
  });
});
