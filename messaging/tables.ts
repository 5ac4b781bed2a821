import { type Kysely, sql, type Transaction } from 'kysely';
import { ConfigurationError } from '../platform/configuration.ts';

/** The statement that makes the table in which a consumer enters what it has handled. */
export const inboxTable = `create table inbox (
  consumer text not null,
  message_id text not null,
  body_hash text not null,
  subject text not null,
  type text not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, message_id)
);`;

/** The statements that make the table in which events wait for the relay. */
export const outboxTable = `create table outbox (
  position bigint generated always as identity primary key,
  message_id text not null unique,
  subject text not null,
  type text not null,
  body text not null,
  written_at timestamptz not null default now(),
  published_at timestamptz
);

create index outbox_unpublished on outbox (position) where published_at is null;`;

export interface TableOptions {
  /** Whether effects write events, for a relay to publish. @default false */
  readonly outbox?: boolean;
}

/**
 * Makes the tables that consumers need, and the schema that the search path names first, where they are not there yet.
 * Several processes may do it at the same time. A project with migrations of its own uses the statements instead.
 */
export async function createConsumerTables<Tables>(
  database: Kysely<Tables>,
  { outbox = false }: TableOptions = {},
): Promise<void> {
  await database.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('consumer tables', 0))`.execute(transaction);
    await createSchema(transaction);
    if (!(await hasTable(transaction, 'inbox'))) await sql.raw(inboxTable).execute(transaction);
    if (outbox && !(await hasTable(transaction, 'outbox'))) await sql.raw(outboxTable).execute(transaction);
  });
}

/**
 * Checks that a database has the tables that consumers need: without its inbox each event would go through the retry tiers.
 *
 * @throws {ConfigurationError} that names the table and what makes it
 */
export async function requireTables<Tables>(
  database: Kysely<Tables>,
  { outbox = false }: TableOptions = {},
): Promise<void> {
  const remedies = {
    inbox: 'createConsumerTables(database) makes it, or a migration with the statement of inboxTable',
    ...(outbox && {
      outbox:
        'createConsumerTables(database, { outbox: true }) makes it, or a migration with the statements of outboxTable',
    }),
  };
  for (const [table, remedy] of Object.entries(remedies)) {
    if (await hasTable(database, table)) continue;
    const schema = (await searchPath(database)).first;
    throw new ConfigurationError(`the schema ${schema} has no table ${table}: ${remedy}`);
  }
}

async function hasTable<Tables>(database: Kysely<Tables>, name: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select to_regclass(${name}) is not null as found`.execute(database);
  return rows[0]?.found ?? false;
}

/** Looked for first: who may not create schemas may not say `if not exists` either. */
async function createSchema<Tables>(transaction: Transaction<Tables>): Promise<void> {
  const { first, exists } = await searchPath(transaction);
  if (!exists) await sql`create schema ${sql.id(first)}`.execute(transaction);
}

interface SearchPath {
  readonly first: string;
  readonly exists: boolean;
}

/** Where unqualified names lead: the schema that is named first, or that of PostgreSQL's own default, `public`. */
async function searchPath<Tables>(database: Kysely<Tables>): Promise<SearchPath> {
  const { rows } = await sql<SearchPath>`
    with path as (select trim(both ' "' from split_part(current_setting('search_path'), ',', 1)) as named),
      target as (select case named when '$user' then coalesce(current_schema(), 'public') else named end as first from path)
    select first, exists (select from pg_catalog.pg_namespace where nspname = first) as exists from target
  `.execute(database);
  return rows[0] ?? { first: 'public', exists: true };
}
