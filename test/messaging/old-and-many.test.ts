import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { decodeEvent, encodeEvent } from '../../events/integration-event.ts';
import { claimEvents } from '../../messaging/consuming/inbox.ts';
import type { Envelope } from '../../messaging/envelope/envelope.ts';
import { OutboxRelay } from '../../messaging/outbox/relay.ts';
import { countParked, listDeadLetters, matchParked } from '../../services/dead-letters/store.ts';
import { accounts } from '../../services/ledger/accounts.ts';
import { journalsOf } from '../../services/ledger/journal.ts';
import { accountStatement, completeness, listJournals, postJournals } from '../../services/ledger/store.ts';
import { amounts, eventually, openTestSchema, paymentProcessed, quiet } from './environment.ts';

type Database = Kysely<Record<never, never>>;

let schema: Awaited<ReturnType<typeof openTestSchema>>;

afterEach(() => schema.close());

describe('an outbox that is old and large', () => {
  let database: Database;

  beforeEach(async () => {
    schema = await openTestSchema('notification');
    database = schema.database;
  });

  /** Rows of an outbox, each of a subject of its own; what cannot be read cannot be published. */
  async function write(name: string, count: number, isReadable: boolean, publishedAt: string | null = null) {
    const body = isReadable ? encodeEvent(paymentProcessed(name)).toString('utf8') : '{';
    await sql`
      insert into outbox (message_id, subject, type, body, written_at, published_at)
      select ${name} || '-' || number, ${name} || '-' || number, 'a type', ${body}, now() - interval '2 years', ${publishedAt}
      from generate_series(1, ${count}) as number
    `.execute(database);
  }

  const waiting = async () => {
    const { rows } = await sql<{ name: string; count: number }>`
      select split_part(subject, '-', 1) as name, count(*) from outbox where published_at is null group by 1 order by 1
    `.execute(database);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  };

  test.each([100, 250])('publishes what comes behind %d events that cannot be published', async (broken) => {
    await write('published', 5_000, true, '2024-01-01T00:00:00Z');
    await write('broken', broken, false);
    await write('good', 50, true);

    const published: string[] = [];
    const publish = async (events: readonly Envelope[]) => void published.push(...events.map(({ id }) => id));
    // It looks once, when it starts.
    const relay = new OutboxRelay({
      decode: decodeEvent,
      database,
      publisher: { publish },
      logger: quiet,
      pollMilliseconds: 3_600_000,
    });
    try {
      await eventually(async () => published.length === 50, 10_000);
    } finally {
      await relay.stop();
    }
    expect(await waiting()).toEqual({ broken });
  });
});

describe('an inbox that is old and large', () => {
  test('knows an event that was handled years ago, and takes one that was not', async () => {
    schema = await openTestSchema('ledger');
    const { database } = schema;
    const [old, fresh] = [paymentProcessed(), paymentProcessed(undefined, amounts.total + 1)];
    const claim = (...events: (typeof old)[]) =>
      database.transaction().execute((transaction) => claimEvents(transaction, 'ledger', events));
    expect(await claim(old)).toEqual(['new']);
    await sql`update inbox set handled_at = now() - interval '3 years'`.execute(database);
    await sql`
      insert into inbox (consumer, message_id, body_hash, subject, type, handled_at)
      select consumer, gen_random_uuid(), body_hash, subject, type, handled_at from inbox, generate_series(1, 20000)
    `.execute(database);

    expect(await claim(fresh, old, fresh)).toEqual(['new', 'duplicate', 'duplicate']);
  });
});

describe('dead letters that are old and many', () => {
  test('those that were decided years ago hide none that is parked, and the oldest ones come first', async () => {
    schema = await openTestSchema('dead-letters');
    const { database } = schema;
    const put = (state: string, count: number) =>
      sql`
      insert into dead_letters (occurrence, queue, dead_reason, attempts, properties, body, state, archived_at)
      select ${state} || number, 'ledger.events.v1', 'retries-exhausted', 4, '{}', 'x', ${state}, now() - interval '2 years'
      from generate_series(1, ${count}) as number
    `.execute(database);
    await put('discarded', 3_000);
    await put('replayed', 3_000);
    await put('parked', 1_500);

    const { matched, deadLetterIds } = await matchParked(database, { queue: 'ledger.events.v1' }, 1_000);
    expect([matched, deadLetterIds.length, deadLetterIds[0]]).toEqual([1_500, 1_000, 6_001]);
    expect(await countParked(database, 'ledger.events.v1')).toBe(1_500);
    expect(await listDeadLetters(database, { state: 'parked', limit: 2 })).toMatchObject([
      { deadLetterId: 7_500 },
      { deadLetterId: 7_499 },
    ]);
    const recent = { since: new Date(Date.now() - 86_400_000).toISOString() };
    expect(await matchParked(database, recent, 10)).toEqual({ matched: 0, deadLetterIds: [] });
  });
});

describe('books that are old and large', () => {
  test('an account has the balance of all its entries, however few of them are shown, and every gap is told', async () => {
    schema = await openTestSchema('ledger');
    const { database } = schema;
    const events = Array.from({ length: 1_200 }, () => paymentProcessed());
    const journals = events.flatMap((event) => journalsOf.PaymentProcessed(event));
    await database.transaction().execute((transaction) => postJournals(transaction, journals));
    await database.transaction().execute((transaction) => claimEvents(transaction, 'ledger', events.slice(150)));

    const account = { account: accounts.providerClearing, currency: 'USD' } as const;
    const { balance, entries } = await accountStatement(database, { ...account, limit: 3 });
    expect([balance, entries.length, entries.at(-1)?.balance]).toEqual([
      1_200 * amounts.total,
      3,
      1_200 * amounts.total,
    ]);
    expect(await listJournals(database, { limit: 1_000 })).toHaveLength(1_000);
    const subject = journals[0]?.subject;
    expect(await listJournals(database, { subject, limit: 100 })).toHaveLength(1);
    const missing = await completeness(database);
    expect(missing).toMatchObject({ complete: false, events: 1_050, journals: 1_200, eventsWithoutJournal: [] });
    expect(missing.journalsWithoutEvent).toHaveLength(100);
  });
});
