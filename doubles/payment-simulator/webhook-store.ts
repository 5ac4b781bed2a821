import { sql } from 'kysely';
import type { Database } from './store.ts';

/** One webhook to be sent. */
export interface DeliveryRow {
  readonly id: number;
  readonly eventId: string;
  readonly intentId: string;
  readonly attempts: number;
}

/** What became of one webhook, for an administrator. */
export interface WebhookTruth {
  readonly eventId: string;
  readonly type: string;
  readonly intentId: string;
  readonly paymentId: string | null;
  readonly state: 'pending' | 'delivered' | 'dropped' | 'given_up';
  readonly attempts: number;
  /** What came back at the last attempt: a status, or why there was none. */
  readonly lastAnswer: string | null;
  /** ISO 8601 in UTC; the next attempt of one that is pending. */
  readonly nextAttemptAt: string | null;
  readonly deliveredAt: string | null;
}

const columns = sql.raw('webhook_deliveries.id, event_id as "eventId", intent_id as "intentId", attempts');

/** Those whose time has come, the oldest first, at most `limit`. */
export async function dueDeliveries(database: Database, limit: number): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    select ${columns} from webhook_deliveries join events on events.id = event_id
    where state = 'pending' and next_attempt_at <= clock_timestamp()
    order by webhook_deliveries.id limit ${limit}
  `.execute(database);
  return rows;
}

/** Those of these that are still to be sent. */
export async function pendingDeliveries(database: Database, ids: readonly number[]): Promise<DeliveryRow[]> {
  const { rows } = await sql<DeliveryRow>`
    select ${columns} from webhook_deliveries join events on events.id = event_id
    where state = 'pending' and webhook_deliveries.id = any(${[...ids]}::bigint[])
    order by webhook_deliveries.id
  `.execute(database);
  return rows;
}

/** Milliseconds until the next one is due; undefined when none is pending. */
export async function millisecondsToNextDelivery(database: Database): Promise<number | undefined> {
  const { rows } = await sql<{ milliseconds: number | null }>`
    select extract(epoch from min(next_attempt_at) - clock_timestamp())::float8 * 1000 as milliseconds
    from webhook_deliveries where state = 'pending'
  `.execute(database);
  return rows[0]?.milliseconds ?? undefined;
}

/** It has arrived; earlier ones of the same intent that were held for it are due now. */
export async function markDelivered(database: Database, delivery: DeliveryRow, answer: string): Promise<void> {
  await sql`
    update webhook_deliveries set state = 'delivered', attempts = attempts + 1, last_answer = ${answer},
      delivered_at = clock_timestamp()
    where id = ${delivery.id}
  `.execute(database);
  await sql`
    update webhook_deliveries set held = false, next_attempt_at = clock_timestamp()
    from events
    where events.id = event_id and intent_id = ${delivery.intentId} and state = 'pending' and held
      and event_id <> ${delivery.eventId} and webhook_deliveries.id < ${delivery.id}
  `.execute(database);
}

/** It did not arrive; it is sent again after the pause, or never where that is null. */
export async function markFailed(
  database: Database,
  delivery: DeliveryRow,
  answer: string,
  pauseMilliseconds: number | null,
): Promise<void> {
  await sql`
    update webhook_deliveries set attempts = attempts + 1, last_answer = ${answer},
      state = ${pauseMilliseconds === null ? 'given_up' : 'pending'},
      next_attempt_at = clock_timestamp() + ${pauseMilliseconds ?? 0} * interval '1 millisecond'
    where id = ${delivery.id}
  `.execute(database);
}

/** Every webhook, in the order in which they were written. */
export async function listWebhookTruths(database: Database): Promise<WebhookTruth[]> {
  const { rows } = await sql<WebhookTruth>`
    select event_id as "eventId", type, intent_id as "intentId", metadata ->> 'payment_id' as "paymentId", state,
      attempts, last_answer as "lastAnswer",
      case when state = 'pending' then next_attempt_at end as "nextAttemptAt", delivered_at as "deliveredAt"
    from webhook_deliveries
    join events on events.id = event_id
    join payment_intents on payment_intents.id = intent_id
    order by webhook_deliveries.id
  `.execute(database);
  return rows;
}
