import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { Currency } from '../../contracts/currency.ts';
import type { CheckoutId } from '../../contracts/identifiers.ts';
import { orderSubject } from '../../contracts/subject.ts';
import type { Account } from '../../services/ledger/accounts.ts';
import { journalsOf, type NewJournal } from '../../services/ledger/journal.ts';
import * as store from '../../services/ledger/store.ts';
import { amounts, openTestSchema, paymentProcessed } from './environment.ts';

let schema: Awaited<ReturnType<typeof openTestSchema>>;
let database: Kysely<store.LedgerTables>;

beforeAll(async () => {
  schema = await openTestSchema('ledger');
  database = schema.database;
});

afterAll(() => schema.close());

/** Journals are never taken away again: every test has checkouts of its own. */
let run = 0;
beforeEach(() => {
  run += 1;
});
const id = (name: string) => `${name}-${run}` as CheckoutId;

type Payment = ReturnType<typeof paymentProcessed>;

const payment = (name: string, total?: number) => paymentProcessed(id(name), total);

function paymentIn(currency: Currency, name: string): Payment {
  const event = payment(name);
  return { ...event, data: { ...event.data, amounts: { ...event.data.amounts, currency } } };
}

const postJournals = (...journals: NewJournal[]) =>
  database.transaction().execute((transaction) => store.postJournals(transaction, journals));

const post = (...events: Payment[]) => postJournals(...events.flatMap((event) => journalsOf.PaymentProcessed(event)));

const lines = (debit: Account, credit: Account): NewJournal['lines'] => [
  { account: debit, currency: 'USD', side: 'debit', amount: 100 },
  { account: credit, currency: 'USD', side: 'credit', amount: 100 },
];

/** What no event of this shop posts yet. */
const bill = (name: string): NewJournal => ({
  kind: 'bill',
  subject: { kind: 'bill', id: id(name) },
  lines: lines('2300', '2100'),
  eventId: `event-of-${id(name)}`,
  eventType: 'purchasing.bill.created.v1',
  occurredAt: '2026-11-26T12:00:00Z',
});

const posted = (name: string) => store.listJournals(database, { subject: orderSubject(id(name)), limit: 10 });
const settled = { account: '1050', debit: amounts.total, credit: null };

describe('the store', () => {
  test('posts journals together, passes over those it has, and refuses other content for them', async () => {
    const event = payment('first');
    const dearer = payment('first', amounts.total + 1);
    await post(event);
    await post(payment('second'), event, payment('third'));
    for (const name of ['first', 'second', 'third']) {
      const [journal, ...others] = await posted(name);
      expect([journal?.subject, journal?.lines.length, others]).toEqual([orderSubject(id(name)), 6, []]);
    }

    await expect(post(payment('fourth'), dearer)).rejects.toMatchObject({ type: 'IdempotencyConflict' });
    expect(await posted('fourth')).toEqual([]);
    expect((await posted('first'))[0]?.lines).toContainEqual(expect.objectContaining(settled));
  });

  test.each<[string, Partial<NewJournal>]>([
    ['another subject', { subject: { kind: 'invoice', id: 'i-1' } }],
    ['another account', { lines: lines('1000', '4000') }],
    ['the sides exchanged', { lines: lines('4000', '1050') }],
  ])('refuses a journal that was posted before with %s', async (_, change) => {
    const journal = bill('refused');
    await postJournals(journal);
    await postJournals(journal);
    await expect(postJournals({ ...journal, ...change })).rejects.toMatchObject({ type: 'IdempotencyConflict' });
  });

  test('posts several journals of one event, about whatever it is about', async () => {
    const first = bill('bill');
    const second = { ...first, kind: 'release', lines: lines('9200', '9100') };
    await postJournals(first, second);
    await postJournals(second, first);
    const listed = await store.listJournals(database, { subject: first.subject, limit: 10 });
    expect(listed).toMatchObject([
      { kind: 'release', subject: first.subject, eventId: first.eventId },
      { kind: 'bill', subject: first.subject, eventId: first.eventId },
    ]);
  });

  test('numbers the lines of a journal from 1', async () => {
    await post(payment('numbered'));
    const { rows } = await sql<{ line: number }>`
      select line from entries join journals using (journal_id) where subject_id = ${id('numbered')} order by line
    `.execute(database);
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('lists all currencies in the trial balance, or one', async () => {
    await post(payment('dollars'), paymentIn('EUR', 'euros'));
    const listed = async (currency?: Currency) => [
      ...new Set((await store.trialBalance(database, currency)).map((account) => account.currency)),
    ];
    expect(await listed()).toEqual(['EUR', 'USD']);
    expect(await listed('USD')).toEqual(['USD']);
    expect(await listed('EUR')).toEqual(['EUR']);
  });

  test('has an empty statement of an account that was never posted to', async () => {
    const statement = await store.accountStatement(database, { account: '5100', currency: 'USD', limit: 10 });
    expect(statement).toMatchObject({ account: '5100', currency: 'USD', balance: 0, entries: [] });
  });

  test('tells what an account holds of each of the checkouts that are asked for and have a journal', async () => {
    await post(payment('small'), payment('large', 10_000), payment('unasked'), paymentIn('EUR', 'foreign'));
    const ids = ['large', 'small', 'foreign', 'never-seen'].map(id);
    const balances = (account: string) =>
      store.balancesBySubject(database, { account, currency: 'USD', kind: 'order', ids });
    expect(await balances('1050')).toEqual([
      { id: id('foreign'), debits: 0, credits: 0 },
      { id: id('large'), debits: 10_000, credits: 0 },
      { id: id('small'), debits: amounts.total, credits: 0 },
    ]);
    expect(await balances('4100')).toContainEqual({ id: id('small'), debits: 0, credits: 500 });
  });

  test('finds an event that came in without a journal, as well as the opposite', async () => {
    const enter = (messageId: string) =>
      sql`
        insert into inbox (consumer, message_id, body_hash, subject, type)
        values ('ledger', ${messageId}, 'hash', 'subject', 'checkout.payment.processed.v1')
      `.execute(database);
    const { journalsWithoutEvent } = await store.completeness(database);
    for (const messageId of journalsWithoutEvent) await enter(messageId);
    expect(await store.completeness(database)).toMatchObject({ complete: true });

    await enter('without a journal');
    expect(await store.completeness(database)).toMatchObject({
      complete: false,
      eventsWithoutJournal: ['without a journal'],
      journalsWithoutEvent: [],
    });
  });
});
