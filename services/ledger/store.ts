import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Currency } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { type Subject, subjectNamed } from '../../contracts/subject.ts';
import { addToChain, type ChainedJournal, exactly, lockChain, noLink } from './chain.ts';
import type { AccountBalance, Completeness, Journal, Statement, SubjectBalance } from './contract.ts';
import type { NewJournal } from './journal.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type LedgerTables = Record<never, never>;

type Database = Kysely<LedgerTables>;

/**
 * Posts journals of different events, in the transaction that enters the events into the inbox, and adds them to the chain. A
 * journal that was posted before posts nothing.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when an event was posted with other content
 */
export async function postJournals(
  transaction: Transaction<LedgerTables>,
  journals: readonly NewJournal[],
): Promise<void> {
  const lines = journals.flatMap(({ eventId, kind, lines: all }) =>
    all.map((line, index) => ({ eventId, kind, number: index + 1, ...line })),
  );
  const amounts = (side: 'debit' | 'credit') => lines.map((line) => (line.side === side ? line.amount : null));
  if (journals.length === 0) return;
  await lockChain(transaction);
  const { rows } = await sql<PostedJournal>`
    with posted as (
      insert into journals (event_id, kind, event_type, subject_kind, subject_id, occurred_at)
      select * from unnest(
        ${journals.map(({ eventId }) => eventId)}::text[], ${journals.map(({ kind }) => kind)}::text[],
        ${journals.map(({ eventType }) => eventType)}::text[], ${journals.map(({ subject }) => subject.kind)}::text[],
        ${journals.map(({ subject }) => subject.id)}::text[], ${journals.map(({ occurredAt }) => occurredAt)}::timestamptz[]
      )
      on conflict (event_id, kind) do nothing
      returning journal_id, event_id, kind, occurred_at, posted_at
    ), entered as (
      insert into entries (journal_id, line, account, currency, debit, credit)
      select journal_id, line, account, currency, debit, credit
      from posted join unnest(
        ${lines.map(({ eventId }) => eventId)}::text[], ${lines.map(({ kind }) => kind)}::text[],
        ${lines.map(({ number }) => number)}::smallint[], ${lines.map(({ account }) => account)}::text[],
        ${lines.map(({ currency }) => currency)}::text[], ${amounts('debit')}::bigint[], ${amounts('credit')}::bigint[]
      ) as entry (event_id, kind, line, account, currency, debit, credit) using (event_id, kind)
    )
    select journal_id as "journalId", event_id as "eventId", kind, ${exactly('occurred_at')} as "occurredAt",
      ${exactly('posted_at')} as "postedAt", position, hash
    from posted left join (select position, hash from journal_links order by position desc limit 1) as last on true
  `.execute(transaction);
  await chainPosted(transaction, journals, rows);
  if (rows.length === journals.length) return;
  const isPosted = ({ eventId, kind }: NewJournal) => rows.some((row) => row.eventId === eventId && row.kind === kind);
  for (const journal of journals) if (!isPosted(journal)) await refuseOtherContent(transaction, journal);
}

/** A journal that was posted now, and the end of the chain before. */
interface PostedJournal extends Pick<ChainedJournal, 'journalId' | 'eventId' | 'kind' | 'occurredAt' | 'postedAt'> {
  readonly position: number | null;
  readonly hash: string | null;
}

async function chainPosted(
  transaction: Transaction<LedgerTables>,
  journals: readonly NewJournal[],
  posted: readonly PostedJournal[],
): Promise<void> {
  const [first] = posted;
  if (!first) return;
  const drafts = new Map(journals.map((journal) => [keyOf(journal), journal]));
  const { position, hash } = first;
  const chained = posted.map((row): ChainedJournal => {
    const { eventType, subject, lines } = drafts.get(keyOf(row)) as NewJournal;
    const { journalId, eventId, kind, occurredAt, postedAt } = row;
    return {
      ...{ journalId, eventId, eventType, kind, subjectKind: subject.kind, subjectId: subject.id },
      ...{ occurredAt, postedAt, reverses: null },
      lines: lines.map(({ account, currency, side, amount }, index) =>
        side === 'debit' ? [index + 1, account, currency, amount, null] : [index + 1, account, currency, null, amount],
      ),
    };
  });
  await addToChain(transaction, position === null || hash === null ? noLink : { position, hash }, chained);
}

const keyOf = ({ eventId, kind }: Pick<NewJournal, 'eventId' | 'kind'>) => `${kind}/${eventId}`;

async function refuseOtherContent(
  transaction: Transaction<LedgerTables>,
  { eventId, kind, subject, lines }: NewJournal,
): Promise<void> {
  const { rows } = await sql<Subject & { lines: unknown }>`
    select subject_kind as kind, subject_id as id, (
      select json_agg(json_build_array(account, currency, case when debit is null then 'credit' else 'debit' end,
        coalesce(debit, credit)) order by line)
      from entries where entries.journal_id = journals.journal_id
    ) as lines
    from journals where event_id = ${eventId} and kind = ${kind}
  `.execute(transaction);
  const given = {
    ...subject,
    lines: lines.map(({ account, currency, side, amount }) => [account, currency, side, amount]),
  };
  if (isDeepStrictEqual(rows[0], given)) return;
  throw new ServiceFailure(
    'IdempotencyConflict',
    `the ${kind} of event ${eventId} was posted before with other content`,
  );
}

/** Every account that was ever posted to, with its debits and credits. */
export async function trialBalance(database: Database, currency?: Currency): Promise<AccountBalance[]> {
  const { rows } = await sql<AccountBalance>`
    select account, currency, name, type, debits, credits, debits - credits as balance
    from accounts join (
      select account, currency, coalesce(sum(debit), 0)::bigint as debits, coalesce(sum(credit), 0)::bigint as credits
      from entries group by account, currency
    ) as sums using (account, currency)
    where ${currency ?? null}::text is null or currency = ${currency ?? null}
    order by currency, account
  `.execute(database);
  return rows;
}

/** Journals with their lines, newest first. */
export async function listJournals(
  database: Database,
  { subject, limit }: { subject?: Subject | undefined; limit: number },
): Promise<Journal[]> {
  const { rows } = await sql<Journal>`
    select journal_id as "journalId", event_id as "eventId", event_type as "eventType", kind,
      json_build_object('kind', subject_kind, 'id', subject_id) as subject,
      occurred_at as "occurredAt", posted_at as "postedAt", reverses, lines
    from journals cross join lateral (
      select json_agg(json_build_object('account', account, 'name', name, 'currency', currency,
        'debit', debit, 'credit', credit) order by line) as lines
      from entries join accounts using (account, currency) where entries.journal_id = journals.journal_id
    ) as lines
    where ${subject?.kind ?? null}::text is null
      or (subject_kind = ${subject?.kind ?? null} and subject_id = ${subject?.id ?? null})
    order by journal_id desc limit ${limit}
  `.execute(database);
  return rows;
}

/** @throws {ServiceFailure} `NotFound` when the chart of accounts does not have the account */
export async function accountStatement(
  database: Database,
  { account, currency, limit }: { account: string; currency: Currency; limit: number },
): Promise<Statement> {
  const known = await sql<Pick<Statement, 'account' | 'currency' | 'name' | 'type'>>`
    select account, currency, name, type from accounts where account = ${account} and currency = ${currency}
  `.execute(database);
  const [head] = known.rows;
  if (!head) throw new ServiceFailure('NotFound', `the chart of accounts has no account ${account} in ${currency}`);
  const { rows } = await sql<Statement['entries'][number]>`
    select journal_id as "journalId", kind, json_build_object('kind', subject_kind, 'id', subject_id) as subject,
      posted_at as "postedAt", debit, credit,
      sum(coalesce(debit, 0) - coalesce(credit, 0)) over (order by journal_id, line)::bigint as balance
    from entries join journals using (journal_id)
    where account = ${account} and currency = ${currency}
    order by journal_id desc, line desc limit ${limit}
  `.execute(database);
  return { ...head, balance: rows[0]?.balance ?? 0, entries: rows.reverse() };
}

/** What one account holds of each of these subjects that has journals, by their ids. */
export async function balancesBySubject(
  database: Database,
  { account, currency, kind, ids }: { account: string; currency: Currency; kind: string; ids: readonly string[] },
): Promise<SubjectBalance[]> {
  const { rows } = await sql<SubjectBalance>`
    select subject_id as id, coalesce(sum(debit), 0)::bigint as debits, coalesce(sum(credit), 0)::bigint as credits
    from journals left join entries
      on entries.journal_id = journals.journal_id and account = ${account} and currency = ${currency}
    where subject_kind = ${kind} and subject_id = any(${ids})
    group by subject_id order by subject_id
  `.execute(database);
  return rows;
}

/** What one account holds of the subjects of a page that have journals, debits less credits; what is even is left out. */
export async function listSubjectBalances(
  database: Database,
  { account, after, limit }: { account: string; after?: string | undefined; limit: number },
): Promise<{ balances: { subject: string; currency: Currency; balance: number }[]; next?: string }> {
  const { kind, id } = after === undefined ? { kind: '', id: '' } : subjectNamed(after);
  const { rows } = await sql<{ subject: string; currency: Currency | null; balance: number | null }>`
    select subject_kind || '/' || subject_id as subject, currency, balance
    from (
      select distinct subject_kind, subject_id from journals where (subject_kind, subject_id) > (${kind}, ${id})
      order by 1, 2 limit ${limit}
    ) as subject left join lateral (
      select currency, sum(coalesce(debit, 0) - coalesce(credit, 0))::bigint as balance
      from journals join entries using (journal_id)
      where journals.subject_kind = subject.subject_kind and journals.subject_id = subject.subject_id
        and account = ${account}
      group by currency having sum(coalesce(debit, 0) - coalesce(credit, 0)) <> 0
    ) as held on true
    order by subject_kind, subject_id, currency
  `.execute(database);
  const last = rows.at(-1)?.subject;
  const isFull = new Set(rows.map(({ subject }) => subject)).size === limit;
  const balances = rows.flatMap(({ subject, currency, balance }) =>
    currency === null || balance === null ? [] : [{ subject, currency, balance }],
  );
  return { balances, ...(isFull && last !== undefined && { next: last }) };
}

/** Compares the financial events that came in with the journals; both lists of differences name at most 100. */
export async function completeness(database: Database): Promise<Completeness> {
  const { rows } = await sql<Omit<Completeness, 'complete'>>`
    with differences as (
      select coalesce(received.message_id, posted.event_id) as event_id,
        posted.event_id is null as unposted, received.message_id is null as unreceived
      from (select message_id from inbox where consumer = 'ledger') as received
      full join (select distinct event_id from journals) as posted on posted.event_id = received.message_id
      where posted.event_id is null or received.message_id is null
    )
    select (select count(*) from inbox where consumer = 'ledger') as events,
      (select count(*) from journals) as journals,
      array(select event_id from differences where unposted order by 1 limit 100) as "eventsWithoutJournal",
      array(select event_id from differences where unreceived order by 1 limit 100) as "journalsWithoutEvent"
  `.execute(database);
  const [result] = rows;
  if (!result) throw new Error('a count has one row');
  const complete = result.eventsWithoutJournal.length === 0 && result.journalsWithoutEvent.length === 0;
  return { complete, ...result };
}
