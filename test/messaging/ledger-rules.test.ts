import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql, type Transaction } from 'kysely';
import { currencies } from '../../contracts/currency.ts';
import { accounts } from '../../services/ledger/accounts.ts';
import { openTestSchema } from './environment.ts';

type Database = Kysely<Record<never, never>>;

let schema: Awaited<ReturnType<typeof openTestSchema>>;
let database: Database;
let events = 0;

beforeAll(async () => {
  schema = await openTestSchema('ledger');
  database = schema.database;
});

afterAll(() => schema.close());

async function insertJournal(
  transaction: Database,
  { eventId = `event-${++events}`, reverses = null as number | null } = {},
) {
  const { rows } = await sql<{ journalId: number }>`
    insert into journals (event_id, kind, event_type, subject_kind, subject_id, occurred_at, reverses, transaction_id)
    values (${eventId}, 'payment', 'checkout.payment.processed.v1', 'order', 'o-1', now(), ${reverses}, '1')
    returning journal_id as "journalId"
  `.execute(transaction);
  return rows[0]?.journalId as number;
}

type Line = [account: string, currency: string, debit: number | null, credit: number | null];

async function insertEntries(transaction: Database, journalId: number, lines: Line[], first = 1) {
  const values = lines.map(
    ([account, currency, debit, credit], index) =>
      sql`(${journalId}, ${first + index}, ${account}, ${currency}, ${debit}::bigint, ${credit}::bigint)`,
  );
  await sql`insert into entries (journal_id, line, account, currency, debit, credit) values ${sql.join(values)}`.execute(
    transaction,
  );
}

const balanced: Line[] = [
  ['1050', 'USD', 100, null],
  ['4000', 'USD', null, 100],
];

const inTransaction = <T>(work: (transaction: Transaction<Record<never, never>>) => Promise<T>) =>
  database.transaction().execute(work);

const post = (lines: Line[] = balanced, journal: Parameters<typeof insertJournal>[1] = {}) =>
  inTransaction(async (transaction) => {
    const journalId = await insertJournal(transaction, journal);
    await insertEntries(transaction, journalId, lines);
    return journalId;
  });

/** The name of the constraint that refuses. */
const refusal = async (work: Promise<unknown>): Promise<string | undefined> => {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: Error & { constraint?: string }) => thrown,
  );
  return 'constraint' in error && error.constraint ? error.constraint : error.message;
};

const countEntries = async () =>
  (await sql<{ count: number }>`select count(*) from entries`.execute(database)).rows[0]?.count;

describe('the database', () => {
  test('takes a journal that balances, also in two currencies', async () => {
    await expect(post([...balanced, ['1050', 'EUR', 7, null], ['4000', 'EUR', null, 7]])).resolves.toEqual(
      expect.any(Number),
    );
  });

  test('has every account of the chart in every currency', async () => {
    const { rows } = await sql<{ account: string; currency: string }>`select account, currency from accounts`.execute(
      database,
    );
    const expected = Object.values(accounts).flatMap((account) =>
      currencies.map((currency) => `${account} ${currency}`),
    );
    expect(rows.map(({ account, currency }) => `${account} ${currency}`).sort()).toEqual(expected.sort());
  });

  test.each<[string, Line[], string]>([
    [
      'that does not balance',
      [
        ['1050', 'USD', 100, null],
        ['4000', 'USD', null, 99],
      ],
      'debits_equal_credits',
    ],
    [
      'that balances only across currencies',
      [
        ['1050', 'USD', 100, null],
        ['4000', 'EUR', null, 100],
      ],
      'debits_equal_credits',
    ],
    [
      'with an amount of zero',
      [
        ['1050', 'USD', 0, null],
        ['4000', 'USD', null, 0],
      ],
      'amounts_above_zero',
    ],
    [
      'with an amount below zero',
      [
        ['1050', 'USD', -5, null],
        ['4000', 'USD', null, -5],
      ],
      'amounts_above_zero',
    ],
    ['with both sides in one line', [['1050', 'USD', 5, 5]], 'exactly_one_side'],
    ['with a line without a side', [['1050', 'USD', null, null]], 'exactly_one_side'],
    [
      'with an unknown account',
      [
        ['9999', 'USD', 5, null],
        ['4000', 'USD', null, 5],
      ],
      'entries_account_currency_fkey',
    ],
    [
      'in an unknown currency',
      [
        ['1050', 'CHF', 5, null],
        ['4000', 'CHF', null, 5],
      ],
      'entries_account_currency_fkey',
    ],
  ])('refuses a journal %s', async (_, lines, constraint) => {
    const before = await countEntries();
    expect(await refusal(post(lines))).toBe(constraint);
    expect(await countEntries()).toBe(before);
  });

  test('refuses a journal without entries', async () => {
    expect(await refusal(inTransaction((transaction) => insertJournal(transaction)))).toBe('no_empty_journal');
  });

  test('refuses entries for a journal of an earlier transaction, even when they balance', async () => {
    const journalId = await post();
    expect(await refusal(insertEntries(database, journalId, balanced, 3))).toBe('no_late_entries');
  });

  test('refuses them too when the journal claims to be of this transaction', async () => {
    const journalId = await post();
    const late = inTransaction(async (transaction) => {
      await insertJournal(transaction);
      await insertEntries(transaction, journalId, balanced, 3);
    });
    expect(await refusal(late)).toBe('no_late_entries');
  });

  test('refuses entries for a journal that is not there', async () => {
    expect(await refusal(insertEntries(database, 999_999, balanced))).toBe('no_late_entries');
  });

  test('refuses a second journal of the same kind for an event', async () => {
    await post(balanced, { eventId: 'twice' });
    expect(await refusal(post(balanced, { eventId: 'twice' }))).toBe('one_journal_for_an_event_and_kind');
  });

  test('refuses a second reversal, and one of a journal that is not there', async () => {
    const journalId = await post();
    await post(balanced, { reverses: journalId });
    expect(await refusal(post(balanced, { reverses: journalId }))).toBe('at_most_one_reversal');
    expect(await refusal(post(balanced, { reverses: 999_999 }))).toBe('journals_reverses_fkey');
  });

  test.each([
    'update journals set subject_id = subject_id',
    'update entries set debit = debit',
    'delete from journals',
    'delete from entries',
    'truncate entries',
    'truncate journals cascade',
  ])('refuses: %s', async (statement) => {
    await post();
    expect(await refusal(sql.raw(statement).execute(database))).toMatch(/append_only|permission denied/);
  });

  test('refuses changes by a session that plays the part of a replica', async () => {
    await post();
    const sneaky = inTransaction(async (transaction) => {
      await sql`set local session_replication_role = replica`.execute(transaction);
      await sql`update entries set debit = debit + 1 where debit is not null`.execute(transaction);
    });
    expect(await refusal(sneaky)).toMatch(/append_only|permission denied/);
  });
});
