import { sql, type Transaction } from 'kysely';
import { type Envelope, encodeEventOf } from '../envelope/envelope.ts';

/**
 * Writes an event that a consumer emits, in the transaction of its effect; the relay publishes it after the commit.
 *
 * @param system names the system that states it
 */
export async function appendToOutboxOf<Tables>(
  system: string,
  transaction: Transaction<Tables>,
  event: Envelope,
): Promise<void> {
  await appendAllToOutboxOf(system, transaction, [event]);
}

/** Writes many events as {@link appendToOutboxOf} does, in one statement and in their order. */
export async function appendAllToOutboxOf<Tables>(
  system: string,
  transaction: Transaction<Tables>,
  events: readonly Envelope[],
): Promise<void> {
  if (events.length === 0) return;
  await sql`
    insert into outbox (message_id, subject, type, body)
    select message_id, subject, type, body from unnest(
      ${events.map(({ id }) => id)}::text[], ${events.map(({ subject }) => subject)}::text[],
      ${events.map(({ type }) => type)}::text[],
      ${events.map((event) => encodeEventOf(system, event).toString('utf8'))}::text[]
    ) with ordinality as event (message_id, subject, type, body, place)
    order by place
    on conflict (message_id) do nothing
  `.execute(transaction);
}
