import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { ArchivedMessage } from './archived-message.ts';
import { readBody } from './body.ts';
import type { DeadLetter, DeadLetterDetails, DeadLetterFilter } from './contract.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type DeadLettersTables = Record<never, never>;

type Database = Kysely<DeadLettersTables>;

/** Keeps a dead message; the same one again changes nothing. */
export async function archive(database: Database, message: ArchivedMessage): Promise<void> {
  await sql`
    insert into dead_letters (occurrence, queue, exchange, routing_key, message_id, event_type, subject, correlation_id,
      dead_reason, error_type, error_message, error_stack, attempts, first_failed_at, traceparent, replay_of,
      properties, body)
    values (${message.occurrence}, ${message.queue}, ${message.exchange}, ${message.routingKey}, ${message.messageId},
      ${message.type}, ${message.subject}, ${message.correlationId}, ${message.deadReason}, ${message.errorType},
      ${message.errorMessage}, ${message.errorStack}, ${message.attempts}, ${message.firstFailedAt},
      ${message.traceparent}, ${message.replayOf}, ${message.properties}, ${message.body})
    on conflict (occurrence) do nothing
  `.execute(database);
}

const columns = sql.raw(`
  dead_letter_id as "deadLetterId", state, queue, exchange, routing_key as "routingKey", message_id as "messageId",
  event_type as type, subject, correlation_id as "correlationId", dead_reason as "deadReason",
  error_type as "errorType", error_message as "errorMessage", attempts, first_failed_at as "firstFailedAt",
  archived_at as "archivedAt", replay_of as "replayOf"
`);

function meets({ queue, deadReason, type, subject, since }: DeadLetterFilter): RawBuilder<boolean> {
  const equals = (column: string, value: string | undefined) =>
    sql`(${value ?? null}::text is null or ${sql.ref(column)} = ${value ?? null})`;
  return sql<boolean>`(
    ${equals('queue', queue)} and ${equals('dead_reason', deadReason)} and ${equals('event_type', type)}
    and ${equals('subject', subject)} and (${since ?? null}::timestamptz is null or archived_at >= ${since ?? null})
  )`;
}

/** Newest first. */
export async function listDeadLetters(
  database: Database,
  { state, limit, ...filter }: DeadLetterFilter & { state?: DeadLetter['state'] | undefined; limit: number },
): Promise<DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select ${columns} from dead_letters
    where ${meets(filter)} and (${state ?? null}::text is null or state = ${state ?? null})
    order by dead_letter_id desc limit ${limit}
  `.execute(database);
  return rows;
}

/** @throws {ServiceFailure} `NotFound` */
export async function findDeadLetter(database: Database, deadLetterId: number): Promise<DeadLetterDetails> {
  const { rows } = await sql<Omit<DeadLetterDetails, 'body' | 'bodySize'> & { content: Buffer }>`
    select ${columns}, error_stack as "errorStack", traceparent, properties, body as content,
      (
        select coalesce(json_agg(json_build_object('action', action, 'by', actor, 'reason', reason,
          'at', to_char(acted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by action_id), '[]')
        from actions where actions.dead_letter_id = dead_letters.dead_letter_id
      ) as actions,
      to_json(array(
        select again.dead_letter_id from dead_letters as again
        where again.replay_of = dead_letters.dead_letter_id order by 1
      )) as "failedAgainAs"
    from dead_letters where dead_letter_id = ${deadLetterId}
  `.execute(database);
  const [row] = rows;
  if (!row) throw notFound(deadLetterId);
  const { content, ...letter } = row;
  return { ...letter, bodySize: content.length, body: readBody(content) };
}

/** The parked ones that meet a filter, oldest first, and how many there are without the limit. */
export async function matchParked(
  database: Database,
  filter: DeadLetterFilter,
  limit: number,
): Promise<{ matched: number; deadLetterIds: number[] }> {
  const { rows } = await sql<{ deadLetterId: number; matched: number }>`
    select dead_letter_id as "deadLetterId", count(*) over () as matched from dead_letters
    where state = 'parked' and ${meets(filter)} order by dead_letter_id limit ${limit}
  `.execute(database);
  return { matched: rows[0]?.matched ?? 0, deadLetterIds: rows.map(({ deadLetterId }) => deadLetterId) };
}

export async function countParked(database: Database, queue: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from dead_letters where state = 'parked' and queue = ${queue}
  `.execute(database);
  return rows[0]?.count ?? 0;
}

/** A dead letter with the bytes and the properties that it came with. */
export type WholeDeadLetter = DeadLetter & { readonly properties: string; readonly body: Buffer };

/** Holds dead letters until the transaction ends: no other call replays or discards them meanwhile. */
export async function lockDeadLetters(
  transaction: Transaction<DeadLettersTables>,
  deadLetterIds: readonly number[],
): Promise<WholeDeadLetter[]> {
  const { rows } = await sql<WholeDeadLetter>`
    select ${columns}, properties::text as properties, body from dead_letters
    where dead_letter_id = any(${deadLetterIds}) order by dead_letter_id for no key update
  `.execute(transaction);
  return rows;
}

/** Who did something with dead letters, and why. */
export interface Actor {
  readonly by: string;
  readonly reason?: string | undefined;
}

/** Marks dead letters and adds to their audit trail. */
export async function recordAction(
  transaction: Transaction<DeadLettersTables>,
  deadLetterIds: readonly number[],
  action: 'replayed' | 'discarded',
  { by, reason }: Actor,
): Promise<void> {
  await sql`
    with marked as (
      update dead_letters set state = ${action} where dead_letter_id = any(${deadLetterIds}) returning dead_letter_id
    )
    insert into actions (dead_letter_id, action, actor, reason)
    select dead_letter_id, ${action}, ${by}, ${reason ?? null} from marked
  `.execute(transaction);
}

export const notFound = (deadLetterId: number) =>
  new ServiceFailure('NotFound', `there is no dead letter ${deadLetterId}`);
