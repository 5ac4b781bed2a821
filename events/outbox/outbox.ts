import { sql, type Transaction } from 'kysely';
import { encodeEvent, type IntegrationEvent } from '../envelope/integration-event.ts';

/** Writes an event that a consumer emits, in the transaction of its effect; the relay publishes it after the commit. */
export async function appendToOutbox<Tables>(transaction: Transaction<Tables>, event: IntegrationEvent): Promise<void> {
  await sql`
    insert into outbox (message_id, subject, type, body)
    values (${event.id}, ${event.subject}, ${event.type}, ${encodeEvent(event).toString('utf8')})
    on conflict (message_id) do nothing
  `.execute(transaction);
}
