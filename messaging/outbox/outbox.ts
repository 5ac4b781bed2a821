import { sql, type Transaction } from 'kysely';
import { type Envelope, encodeEventOf } from '../envelope/envelope.ts';

/**
 * Writes an event that a consumer emits, in the transaction of its effect; the relay publishes it after the commit.
 *
 * @param system names the system that states it
 */
export const appendToOutboxOf = <Tables>(
  system: string,
  transaction: Transaction<Tables>,
  event: Envelope,
): Promise<void> => appendAllToOutboxOf(system, transaction, [event]);

/** The same for many events, in their order and in one statement. */
export async function appendAllToOutboxOf<Tables>(
  system: string,
  transaction: Transaction<Tables>,
  events: readonly Envelope[],
): Promise<void> {
  await sql`
    insert into outbox (message_id, subject, type, body)
    select message_id, subject, type, body from unnest(
      ${events.map(({ id }) => id)}::text[],
      ${events.map(({ subject }) => subject)}::text[],
      ${events.map(({ type }) => type)}::text[],
      ${events.map((event) => encodeEventOf(system, event).toString('utf8'))}::text[]
    ) with ordinality as event (message_id, subject, type, body, place)
    order by place
    on conflict (message_id) do nothing
  `.execute(transaction);
}
