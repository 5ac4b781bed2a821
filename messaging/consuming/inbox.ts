import { type Kysely, sql, type Transaction } from 'kysely';
import { majorless } from '../envelope/contracts.ts';
import { factHash } from '../envelope/decoder.ts';
import type { Envelope } from '../envelope/envelope.ts';

/**
 * `new`: to be handled now. `duplicate`: handled before. `conflict`: another fact was handled under this id, which must
 * never happen and is parked.
 */
export type Claim = 'new' | 'duplicate' | 'conflict';

/**
 * Enters events into a consumer's inbox, in the transaction of their effects: they are handled once, or not at all when
 * the transaction fails. Another transaction that claims the same event waits for the end of this one.
 *
 * @returns a claim for each event, in the same order; of equal ids in one call only the first is `new`
 */
export async function claimEvents<Tables>(
  transaction: Transaction<Tables>,
  consumer: string,
  events: readonly Envelope[],
): Promise<Claim[]> {
  const rows = events.map((event) => ({
    event,
    hash: factHash(event),
    type: event.publishedAs?.type ?? event.type,
  }));
  // One order for all: two processes that claim the same events cannot deadlock.
  const { rows: inserted } = await sql<InboxRow>`
    insert into inbox (consumer, message_id, body_hash, subject, type)
    select ${consumer}, message_id, body_hash, subject, type
    from unnest(
      ${rows.map(({ event }) => event.id)}::text[], ${rows.map(({ hash }) => hash)}::text[],
      ${rows.map(({ event }) => event.subject)}::text[], ${rows.map(({ type }) => type)}::text[]
    ) as event (message_id, body_hash, subject, type)
    order by message_id
    on conflict do nothing
    returning message_id as "messageId", body_hash as "bodyHash", type
  `.execute(transaction);
  const fresh = new Map(inserted.map((row) => [row.messageId, row]));
  const others = rows.filter(({ event }) => !fresh.has(event.id)).map(({ event }) => event.id);
  const known = others.length > 0 ? await findHashes(transaction, consumer, others) : new Map<string, InboxRow>();
  const taken = new Set<string>();
  return rows.map(({ event, hash, type }) => {
    const stored = fresh.get(event.id) ?? known.get(event.id);
    // The same fact in another version says it in other words.
    if (stored && stored.type !== type && majorless(stored.type) === majorless(type)) return 'duplicate';
    if (stored?.bodyHash !== hash) return 'conflict';
    if (!fresh.has(event.id) || taken.has(event.id)) return 'duplicate';
    taken.add(event.id);
    return 'new';
  });
}

interface InboxRow {
  readonly messageId: string;
  readonly bodyHash: string;
  readonly type: string;
}

async function findHashes<Tables>(
  database: Kysely<Tables>,
  consumer: string,
  ids: readonly string[],
): Promise<Map<string, InboxRow>> {
  const { rows } = await sql<InboxRow>`
    select message_id as "messageId", body_hash as "bodyHash", type from inbox
    where consumer = ${consumer} and message_id = any(${ids})
  `.execute(database);
  return new Map(rows.map((row) => [row.messageId, row]));
}
