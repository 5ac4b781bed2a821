import { sql } from 'kysely';
import type { Change } from './change.ts';
import { seconds } from './objects.ts';
import { readSetting } from './settings.ts';
import { type Database, type IntentRow, newId, only } from './store.ts';
import { planDeliveries, webhookFaults } from './webhook-faults.ts';

export type EventType =
  | 'payment_intent.requires_action'
  | 'payment_intent.processing'
  | 'payment_intent.amount_capturable_updated'
  | 'payment_intent.succeeded'
  | 'payment_intent.payment_failed'
  | 'payment_intent.canceled'
  | 'review.opened'
  | 'review.closed'
  | 'charge.refunded'
  | 'refund.created'
  | 'charge.dispute.created'
  | 'charge.dispute.funds_withdrawn'
  | 'charge.dispute.funds_reinstated'
  | 'charge.dispute.closed';

interface EventRow {
  readonly id: string;
  readonly type: EventType;
  readonly object: object;
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  readonly createdAt: string;
  /** How many of its webhooks are still to be delivered. */
  readonly pending: number;
}

/** The version of Stripe's API whose objects the simulator writes. */
const apiVersion = '2026-10-28.endive';

/** Writes what happened to an intent, and the webhooks that will tell it, in the transaction of the change itself. */
export async function recordEvent(change: Change, type: EventType, intent: IntentRow, object: object): Promise<void> {
  const { transaction, request, deliveries } = change;
  const event = only(
    (
      await sql<{ id: string; position: number }>`
        insert into events (id, type, intent_id, object, request_id, idempotency_key)
        values (${newId('evt')}, ${type}, ${intent.id}, ${JSON.stringify(object)}, ${request?.id ?? null},
          ${request?.idempotencyKey ?? null})
        returning id, (select count(*) from events where intent_id = ${intent.id}) as position
      `.execute(transaction)
    ).rows,
  );
  if (!deliveries) return;
  const name = `${intent.metadata['payment_id'] ?? intent.id}/${event.position}/${type}`;
  for (const plan of planDeliveries(await readSetting(transaction, webhookFaults), name)) {
    const { rows } = await sql<{ id: number }>`
      insert into webhook_deliveries (event_id, state, held, next_attempt_at)
      values (${event.id}, ${plan.isDropped ? 'dropped' : 'pending'}, ${plan.isHeld},
        clock_timestamp() + ${plan.waitMilliseconds} * interval '1 millisecond')
      returning id
    `.execute(transaction);
    deliveries.push({ id: only(rows).id, isEarly: plan.isEarly });
  }
}

const eventColumns = sql.raw(`
  id, type, object, request_id as "requestId", idempotency_key as "idempotencyKey", created_at as "createdAt",
  (select count(*) from webhook_deliveries where event_id = events.id and state = 'pending') as pending`);

export async function findEvent(database: Database, id: string): Promise<EventRow | undefined> {
  const { rows } = await sql<EventRow>`select ${eventColumns} from events where id = ${id}`.execute(database);
  return rows[0];
}

/** Newest first; at most `limit`, of one type or of all, older than the event `startingAfter`. */
export async function listEvents(
  database: Database,
  limit: number,
  type?: string,
  startingAfter?: string,
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select ${eventColumns} from events
    where (${type ?? null}::text is null or type = ${type ?? null})
      and (${startingAfter ?? null}::text is null
        or sequence < (select sequence from events where id = ${startingAfter ?? null}))
    order by sequence desc limit ${limit}
  `.execute(database);
  return rows;
}

/** An Event as Stripe's API writes it, and as a webhook carries it. */
export function eventObject(event: EventRow): object {
  return {
    id: event.id,
    object: 'event',
    api_version: apiVersion,
    created: seconds(event.createdAt),
    data: { object: event.object },
    livemode: false,
    pending_webhooks: event.pending,
    request: event.requestId && { id: event.requestId, idempotency_key: event.idempotencyKey },
    type: event.type,
  };
}
