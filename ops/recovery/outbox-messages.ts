import { type Kysely, sql } from 'kysely';
import { schemaNames } from '../privileges/stores.ts';

/** An event as it stands in the outbox of a service. */
export interface OutboxMessage {
  readonly messageId: string;
  readonly type: string;
  readonly body: string;
}

export interface OutboxOptions {
  readonly since: string;
  readonly types: readonly string[];
  /** Is given events of one outbox in their order, many at a time. */
  readonly take: (messages: readonly OutboxMessage[]) => Promise<void>;
}

const atOnce = 500;

/**
 * Reads events that services have published from a time on.
 *
 * @returns the schemas whose outbox the login may not read
 */
export async function readOutboxes(database: Kysely<unknown>, options: OutboxOptions): Promise<string[]> {
  const { rows } = await sql<{ schema: string; readable: boolean }>`
    select nspname as schema,
      has_schema_privilege(nspname, 'usage') and has_table_privilege(pg_class.oid, 'select') as readable
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relname = 'outbox' and relkind = 'r' and nspname = any(${schemaNames}::text[]) order by nspname
  `.execute(database);
  for (const { schema } of rows.filter(({ readable }) => readable)) await readOutbox(database, schema, options);
  return rows.filter(({ readable }) => !readable).map(({ schema }) => schema);
}

async function readOutbox(
  database: Kysely<unknown>,
  schema: string,
  { since, types, take }: OutboxOptions,
): Promise<void> {
  let after = 0;
  for (;;) {
    const { rows } = await sql<OutboxMessage & { position: number }>`
      select position, message_id as "messageId", type, body from ${sql.table(`${schema}.outbox`)}
      where position > ${after} and published_at >= ${since}::timestamptz and type = any(${types}::text[])
      order by position limit ${atOnce}
    `.execute(database);
    const last = rows.at(-1);
    if (!last) return;
    await take(rows);
    after = last.position;
  }
}
