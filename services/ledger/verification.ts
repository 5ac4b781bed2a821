import { type Kysely, sql, type Transaction } from 'kysely';
import { type ChainedJournal, exactly, type Link, linkAfter, noLink } from './chain.ts';
import type { ChainFault, ChainPage } from './contract.ts';
import type { LedgerTables } from './store.ts';

interface LinkedRow extends Link, Omit<ChainedJournal, 'journalId'> {
  readonly journalId: number;
  readonly isThere: boolean;
}

/**
 * Walks a page of the chain, and looks on the last one for journals that are not in it.
 *
 * @param after the position that the page before has ended with; 0 for the first one
 */
export function verifyChain(
  database: Kysely<LedgerTables>,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<ChainPage> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const before = after === 0 ? noLink : await linkAt(transaction, after);
      if (!before) return { verified: 0, fault: missing(after) };
      const rows = await linkedRows(transaction, after, limit);
      let last = before;
      let broken: ChainFault | undefined;
      for (const row of rows) {
        broken = faultOf(last, row);
        if (broken) break;
        last = row;
      }
      const verified = last.position - after;
      const end = last.position > 0 ? { end: { position: last.position, hash: last.hash } } : {};
      if (!broken && rows.length === limit) return { verified, ...end, next: last.position };
      const fault = first(broken, await findInserted(transaction));
      return { verified, ...end, ...(fault && { fault }) };
    });
}

function faultOf(last: Link, row: LinkedRow): ChainFault | undefined {
  const { position, journalId, isThere, eventId, subjectKind, subjectId } = row;
  if (position !== last.position + 1) return missing(last.position + 1);
  if (!isThere) return { what: 'deleted', position, journalId };
  if (linkAfter(last, row).hash === row.hash) return undefined;
  return { what: 'changed', position, journalId, eventId, subject: { kind: subjectKind, id: subjectId } };
}

/** A journal of which not even the place is left. */
const missing = (position: number): ChainFault => ({ what: 'deleted', position });

/** The one of the smaller id; one whose id is not known any more comes before what has no place. */
const first = (broken: ChainFault | undefined, inserted: ChainFault | undefined): ChainFault | undefined =>
  broken && inserted && (broken.journalId ?? 0) > (inserted.journalId ?? 0) ? inserted : (broken ?? inserted);

async function linkAt(transaction: Transaction<LedgerTables>, position: number): Promise<Link | undefined> {
  const { rows } = await sql<Link>`
    select position, hash from journal_links where position = ${position}
  `.execute(transaction);
  return rows[0];
}

async function linkedRows(transaction: Transaction<LedgerTables>, after: number, limit: number): Promise<LinkedRow[]> {
  const { rows } = await sql<LinkedRow>`
    select position, hash, links.journal_id as "journalId", journals.journal_id is not null as "isThere",
      event_id as "eventId", event_type as "eventType", kind, subject_kind as "subjectKind", subject_id as "subjectId",
      ${exactly('occurred_at')} as "occurredAt", ${exactly('posted_at')} as "postedAt", reverses, coalesce(lines, '[]') as lines
    from (
      select * from journal_links where position > ${after} order by position limit ${limit}
    ) as links
    left join journals using (journal_id)
    left join lateral (
      select json_agg(json_build_array(line, account, currency, debit, credit) order by line) as lines
      from entries where entries.journal_id = links.journal_id
    ) as entry on true
    order by position
  `.execute(transaction);
  return rows;
}

async function findInserted(transaction: Transaction<LedgerTables>): Promise<ChainFault | undefined> {
  const { rows } = await sql<Omit<ChainFault, 'what' | 'position'>>`
    select journal_id as "journalId", event_id as "eventId",
      json_build_object('kind', subject_kind, 'id', subject_id) as subject
    from journals where not exists (select from journal_links where journal_links.journal_id = journals.journal_id)
    order by journal_id limit 1
  `.execute(transaction);
  return rows[0] && { what: 'inserted', ...rows[0] };
}
