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
  await sql`
    insert into outbox (message_id, subject, type, body)
    values (${event.id}, ${event.subject}, ${event.type}, ${encodeEventOf(system, event).toString('utf8')})
    on conflict (message_id) do nothing
  `.execute(transaction);
}
