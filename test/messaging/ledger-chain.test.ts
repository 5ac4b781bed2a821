import { describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { verifyLedger } from '../../client/ledger-chain.ts';
import { exactly, linkAfter, noLink } from '../../services/ledger/chain.ts';
import type { LedgerClient } from '../../services/ledger/contract.ts';
import { journalsOf, type NewJournal } from '../../services/ledger/journal.ts';
import { type LedgerTables, postJournals } from '../../services/ledger/store.ts';
import { verifyChain } from '../../services/ledger/verification.ts';
import { withEarlierTables } from '../migrations.ts';
import { openTestSchema, paymentProcessed } from './environment.ts';

type Database = Kysely<LedgerTables>;

async function withLedger(run: (database: Database) => Promise<void>): Promise<void> {
  const schema = await openTestSchema('ledger');
  try {
    await run(schema.database);
  } finally {
    await schema.close();
  }
}

const payment = (name: string): readonly NewJournal[] =>
  journalsOf.PaymentProcessed(paymentProcessed(name as Parameters<typeof paymentProcessed>[0]));

/** Each group in a transaction of its own. */
async function post(database: Database, ...groups: readonly (readonly string[])[]): Promise<void> {
  for (const names of groups) {
    await database.transaction().execute((transaction) => postJournals(transaction, names.flatMap(payment)));
  }
}

/** What somebody does who may do everything with the tables. */
async function tamper(database: Database, ...statements: readonly string[]): Promise<void> {
  const tables = ['journals', 'entries', 'journal_links'];
  await database.transaction().execute(async (transaction) => {
    for (const table of tables) await sql.raw(`alter table ${table} disable trigger all`).execute(transaction);
    await sql.raw('grant all on journals, entries, journal_links to current_user').execute(transaction);
    for (const statement of statements) await sql.raw(statement).execute(transaction);
    for (const table of tables) await sql.raw(`alter table ${table} enable trigger all`).execute(transaction);
  });
}

/** By way of pages of three journals. */
const ledgerOf = (database: Database) =>
  ({
    verifyChain: ({ after = 0, limit = 3 }) =>
      verifyChain(database, { after: Number(after), limit: Math.min(3, Number(limit)) }),
  }) as Pick<LedgerClient, 'verifyChain'>;

const verify = (database: Database, noted?: Parameters<typeof verifyLedger>[1]) =>
  verifyLedger(ledgerOf(database), noted);

const idOf = (name: string) => `(select journal_id from journals where subject_id = '${name}')`;
const journalIdOf = async (database: Database, name: string) => {
  const { rows } = await sql<{ id: number }>`select ${sql.raw(idOf(name))} as id`.execute(database);
  return rows[0]?.id;
};

/** Seven journals in three transactions; the fourth of them is `d`. */
const seven = [
  ['a', 'b'],
  ['c', 'd', 'e'],
  ['f', 'g'],
];

describe('the chain of journals', () => {
  test('is empty at first, and holds what is posted, once', () =>
    withLedger(async (database) => {
      expect(await verify(database)).toEqual({ intact: true, journals: 0 });
      await post(database, ...seven);
      await post(database, ['d', 'a']);
      const report = await verify(database);
      expect(report).toEqual({ intact: true, journals: 7, end: { position: 7, hash: expect.any(String) } });
      await post(database, ['h']);
      expect(await verify(database, report.end)).toMatchObject({ intact: true, journals: 8, noted: 'found' });
    }));

  test('has no gap after transactions side by side, some of which are rolled back', () =>
    withLedger(async (database) => {
      const rounds = Array.from({ length: 20 }, (_, index) =>
        database.transaction().execute(async (transaction) => {
          await postJournals(transaction, [...payment(`r-${index}-1`), ...payment(`r-${index}-2`)]);
          if (index % 4 === 0) throw new Error('rolled back in a test');
        }),
      );
      await Promise.allSettled(rounds);
      expect(await verify(database)).toMatchObject({ intact: true, journals: 30 });
    }));

  test('takes no change and no removal', () =>
    withLedger(async (database) => {
      await post(database, ['a']);
      for (const statement of [`update journal_links set hash = hash`, 'delete from journal_links']) {
        await expect(sql.raw(statement).execute(database)).rejects.toThrow(/append-only|permission denied/);
      }
    }));

  test.each<[string, readonly string[], object]>([
    ['an amount', [`update entries set debit = debit + 1 where journal_id = ${idOf('d')} and line = 1`], {}],
    ['an account', [`update entries set account = '1000' where journal_id = ${idOf('d')} and account = '1050'`], {}],
    ['a line that is gone', [`delete from entries where journal_id = ${idOf('d')} and line = 6`], {}],
    ['all its lines gone', [`delete from entries where journal_id = ${idOf('d')}`], {}],
    ['a line more', [`insert into entries values (${idOf('d')}, 7, '1000', 'USD', 5, null)`], {}],
    [
      'an order',
      [`update journals set subject_id = 'x' where subject_id = 'd'`],
      { subject: { kind: 'order', id: 'x' } },
    ],
    ['its kind', [`update journals set kind = 'refund' where subject_id = 'd'`], {}],
    [
      'when it was posted',
      [`update journals set posted_at = posted_at - interval '1 microsecond' where subject_id = 'd'`],
      {},
    ],
    ['when it happened', [`update journals set occurred_at = '2001-01-01' where subject_id = 'd'`], {}],
    ['what it takes back', [`update journals set reverses = ${idOf('a')} where subject_id = 'd'`], {}],
    ['its hash', [`update journal_links set hash = repeat('0', 64) where journal_id = ${idOf('d')}`], {}],
  ])('names the first journal of which was changed: %s', async (_, statements, told) => {
    await withLedger(async (database) => {
      await post(database, ...seven);
      const journalId = await journalIdOf(database, 'd');
      await tamper(database, `update entries set debit = debit + 1 where journal_id = ${idOf('g')} and line = 1`);
      await tamper(database, ...statements);
      expect(await verify(database)).toMatchObject({
        ...{ intact: false, journals: 3, end: { position: 3 } },
        fault: { what: 'changed', position: 4, journalId, ...told },
      });
    });
  });

  test('shows at the next journal that one was changed and its own hash made again', () =>
    withLedger(async (database) => {
      await post(database, ...seven);
      await tamper(
        database,
        `update entries set debit = debit + 1 where journal_id = ${idOf('d')} and line = 1`,
        'create table others as select * from journal_links where position > 4',
        'delete from journal_links where position > 3',
      );
      await chainAgain(database, ['d']);
      await sql.raw('insert into journal_links select * from others').execute(database);
      const fault = { what: 'changed', position: 5, subject: { kind: 'order', id: 'e' } };
      expect(await verify(database)).toMatchObject({ intact: false, journals: 4, fault });
    }));

  test.each<[string, readonly string[], object]>([
    [
      'whose place was left',
      [`delete from entries where journal_id = ${idOf('d')}`, `delete from journals where subject_id = 'd'`],
      { what: 'deleted', position: 4, journalId: expect.any(Number) },
    ],
    [
      'with its place',
      [
        `delete from journal_links where journal_id = ${idOf('d')}`,
        `delete from entries where journal_id = ${idOf('d')}`,
        `delete from journals where subject_id = 'd'`,
      ],
      { what: 'deleted', position: 4 },
    ],
    [
      'and the others moved up',
      [
        `delete from journal_links where journal_id = ${idOf('d')}`,
        `delete from entries where journal_id = ${idOf('d')}`,
        `delete from journals where subject_id = 'd'`,
        'update journal_links set position = 100 + position where position > 4',
        'update journal_links set position = position - 101 where position > 100',
      ],
      { what: 'changed', position: 4, subject: { kind: 'order', id: 'e' } },
    ],
  ])('finds a journal that was deleted %s', async (_, statements, fault) => {
    await withLedger(async (database) => {
      await post(database, ...seven);
      await tamper(database, ...statements);
      expect(await verify(database)).toMatchObject({ intact: false, journals: 3, fault });
    });
  });

  const slipIn = [
    `insert into journals (event_id, kind, event_type, subject_kind, subject_id, occurred_at, transaction_id)
     values ('forged', 'payment', 'checkout.payment.processed.v1', 'order', 'forged', now(), '1')`,
    `insert into entries values (${idOf('forged')}, 1, '1050', 'USD', 99999999, null), (${idOf('forged')}, 2, '4000', 'USD', null, 99999999)`,
  ];

  test('finds a journal that was slipped in', () =>
    withLedger(async (database) => {
      await post(database, ['a', 'b']);
      await tamper(database, ...slipIn);
      await post(database, ['c', 'd', 'e']);
      const fault = { what: 'inserted', journalId: await journalIdOf(database, 'forged'), eventId: 'forged' };
      expect(await verify(database)).toMatchObject({ intact: false, journals: 5, fault });
    }));

  test('finds a journal that was slipped in between two others', () =>
    withLedger(async (database) => {
      await post(database, ...seven);
      await tamper(
        database,
        ...slipIn,
        'update journal_links set position = 100 + position where position > 4',
        'update journal_links set position = position - 99 where position > 100',
        `insert into journal_links values (5, ${idOf('forged')}, repeat('a', 64))`,
      );
      const fault = { what: 'changed', position: 5, eventId: 'forged' };
      expect(await verify(database)).toMatchObject({ intact: false, journals: 4, fault });
    }));

  test('shows by an end that was noted that the journals since were chained again, or the last ones removed', () =>
    withLedger(async (database) => {
      await post(database, ...seven);
      const { end } = await verify(database);
      await tamper(
        database,
        `delete from journal_links where position > 3`,
        `delete from entries where journal_id in (${idOf('f')}, ${idOf('g')})`,
        `delete from journals where subject_id in ('f', 'g')`,
        `update entries set debit = debit + 1 where journal_id = ${idOf('d')} and line = 1`,
      );
      await chainAgain(database, ['d', 'e']);
      expect(await verify(database)).toMatchObject({ intact: true, journals: 5 });
      expect(await verify(database, end)).toMatchObject({ intact: false, noted: 'missing' });
      await post(database, ['f', 'g']);
      expect(await verify(database, end)).toMatchObject({ intact: false, journals: 7, noted: 'missing' });
    }));
});

/** As someone does who knows how. */
async function chainAgain(database: Database, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { rows: ends } = await sql<{ position: number; hash: string }>`
      select position, hash from journal_links order by position desc limit 1
    `.execute(database);
    const { rows } = await sql<Parameters<typeof linkAfter>[1]>`
      select journal_id as "journalId", event_id as "eventId", event_type as "eventType", kind,
        subject_kind as "subjectKind", subject_id as "subjectId", ${exactly('occurred_at')} as "occurredAt",
        ${exactly('posted_at')} as "postedAt", reverses, (
          select json_agg(json_build_array(line, account, currency, debit, credit) order by line)
          from entries where entries.journal_id = journals.journal_id
        ) as lines
      from journals where subject_id = ${name}
    `.execute(database);
    const [journal] = rows;
    if (!journal) throw new Error(`there is no journal of ${name}`);
    const { position, hash } = linkAfter(ends[0] ?? noLink, journal);
    await sql`
      insert into journal_links (position, journal_id, hash) values (${position}, ${journal.journalId}, ${hash})
    `.execute(database);
  }
}

test('journals of before the chain are chained by the migration, whatever their texts are, and go on', async () => {
  await withEarlierTables('ledger', '0006', async (database, migrateToToday) => {
    const subjects = ['plain', 'with "quotes" and \\ and /', 'tab\tline\nbell\u0007', 'ünïcödé €', 'ж\u2028<&>'];
    for (const [index, subject] of subjects.entries()) {
      await database.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ id: number }>`
          insert into journals (event_id, kind, event_type, subject_kind, subject_id, occurred_at, reverses)
          values (${`event-${index}`}, 'payment', 'a.type.v1', 'order', ${subject}, '2026-01-02T03:04:05.123456+02:00',
            ${index === 3 ? sql`(select min(journal_id) from journals)` : null})
          returning journal_id as id
        `.execute(transaction);
        await sql`
          insert into entries (journal_id, line, account, currency, debit, credit) values
            (${rows[0]?.id}, 1, '1050', 'USD', 100, null), (${rows[0]?.id}, 2, '4000', 'USD', null, 100)
        `.execute(transaction);
      });
    }
    await migrateToToday();
    expect(await verify(database)).toMatchObject({ intact: true, journals: 5, end: { position: 5 } });
    await post(database, ['a', 'b']);
    expect(await verify(database)).toMatchObject({ intact: true, journals: 7 });
  });
});
