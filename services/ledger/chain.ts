import { hash } from 'node:crypto';
import { type RawBuilder, sql, type Transaction } from 'kysely';

/** A line of a journal, as it stands in the chain: number, account, currency, debit, credit. */
export type ChainedLine = readonly [
  line: number,
  account: string,
  currency: string,
  debit: number | null,
  credit: number | null,
];

/** All that a journal says. Times are texts with microseconds, as {@link exactly} reads them. */
export interface ChainedJournal {
  readonly journalId: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly kind: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly occurredAt: string;
  readonly postedAt: string;
  readonly reverses: number | null;
  readonly lines: readonly ChainedLine[];
}

/** The place of a journal in the chain; `hash` is SHA-256 in hexadecimal. */
export interface Link {
  readonly position: number;
  readonly hash: string;
}

/** What the first journal follows. */
export const noLink: Link = { position: 0, hash: '' };

/** A time as the database has it, to the microsecond. */
export const exactly = (column: string): RawBuilder<string> =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/**
 * The link of a journal: its hash is one of the hash before, of its position and of all that it says. Of texts and whole numbers in
 * a fixed order `JSON.stringify` is canonical (RFC 8785).
 */
export function linkAfter(previous: Link, journal: ChainedJournal): Link {
  const { journalId, eventId, eventType, kind, subjectKind, subjectId, occurredAt, postedAt, reverses, lines } =
    journal;
  const position = previous.position + 1;
  const content = [journalId, eventId, eventType, kind, subjectKind, subjectId, occurredAt, postedAt, reverses, lines];
  return { position, hash: hash('sha256', JSON.stringify([previous.hash, position, content])) };
}

/** One transaction at a time adds to the chain: until it ends the next one waits, and then sees what it has added. */
export async function lockChain<Tables>(transaction: Transaction<Tables>): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended(current_schema() || '.journal_links', 0))
  `.execute(transaction);
}

/** Adds journals to the end of the chain, which is locked, in the order of their ids. */
export async function addToChain<Tables>(
  transaction: Transaction<Tables>,
  end: Link,
  journals: readonly ChainedJournal[],
): Promise<void> {
  let link = end;
  const links = journals
    .toSorted((one, other) => one.journalId - other.journalId)
    .map((journal) => {
      link = linkAfter(link, journal);
      return { ...link, journalId: journal.journalId };
    });
  await sql`
    insert into journal_links (position, journal_id, hash) select * from unnest(
      ${links.map(({ position }) => position)}::bigint[], ${links.map(({ journalId }) => journalId)}::bigint[],
      ${links.map((each) => each.hash)}::text[]
    )
  `.execute(transaction);
}
