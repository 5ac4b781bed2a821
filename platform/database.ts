import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import pg from 'pg';
import { ServiceFailure } from '../contracts/failures.ts';
import { ConfigurationError } from './configuration.ts';
import { type DatabaseTimeouts, sessionSettings, standardPoolSize, standardTimeouts } from './database-settings.ts';
import { SchemaDialect } from './schema-dialect.ts';
import { keepsSpans, traceQuery } from './tracing.ts';
import { describeTlsFailure } from './transport/certificate-failure.ts';

const bigint = 20;
const types = new pg.TypeOverrides();
types.setTypeParser(bigint, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is larger than a JavaScript number can hold exactly`);
  return value;
});
const timestamptz = 1184;
// PostgreSQL writes years before 1000 and BC in a form that Date takes for other years, or for none.
const readTime: (text: string) => unknown = pg.types.getTypeParser(timestamptz);
types.setTypeParser(timestamptz, (text) => {
  const time = readTime(text);
  return time instanceof Date ? time.toISOString() : text;
});

export interface DatabaseOptions {
  /** `postgres://…`; the services may share one database, each has a schema of its own. */
  readonly url: string;
  /** The PostgreSQL schema that the tables live in: the name of the service. */
  readonly schema: string;
  /** Connections at most. @default 10 */
  readonly connections?: number;
  /** How long a session may wait. @default 5 s for a lock, 15 s for a statement, a minute within a transaction */
  readonly timeouts?: DatabaseTimeouts;
  /** Whether a pooler hands sessions to one transaction after the other: then the settings are those of the login. @default false */
  readonly isPooled?: boolean;
}

/**
 * Opens a pool of connections to one service's schema. `bigint` columns are read as numbers (a value beyond 2^53 throws)
 * and `timestamptz` columns as ISO 8601 texts in UTC, of whatever year.
 */
export function openDatabase<Tables>({
  url,
  schema,
  connections = standardPoolSize,
  timeouts = standardTimeouts,
  isPooled = false,
}: DatabaseOptions): Kysely<Tables> {
  const settings = Object.entries(sessionSettings(schema, timeouts)).map(([name, value]) => `-c ${name}=${value}`);
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 5_000,
    application_name: schema,
    // Else a call waits for ever on a connection whose other end was lost without a word.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // A pooler refuses what it would have to say to a session that is another's afterwards.
    ...(!isPooled && { options: settings.join(' ') }),
    types,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one that breaks while it is in use: the query that it carries is rejected.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Tables>({ dialect: new SchemaDialect(schema, { pool }), ...(keepsSpans && { log: traceQuery }) });
}

/** How often a migration is tried that waits for a lock: with the waits between, for about two minutes. */
const triesForLocks = 12;

/**
 * Brings a schema up to date with the `.sql` files of a folder, in the order of their names, each once and in a
 * transaction. Several processes may do it at the same time. Where nothing is left to do, it takes a login that may read.
 *
 * A statement may take as long as it takes, but waits for a lock no longer than the database's own limit: behind one that waits for a
 * table, everything else that wants the table would wait, too. Then all of it is rolled back and tried again.
 *
 * @throws {ConfigurationError} when the login, the database or a privilege is refused
 * @throws when a lock was never free
 */
export async function migrate(
  database: Kysely<unknown>,
  schema: string,
  folder: string,
  report: (line: string) => void = () => undefined,
): Promise<void> {
  if (await isUpToDate(database, schema, folder)) return;
  await createSchema(database, schema);
  const migrator = new Migrator({
    db: database,
    migrationTableSchema: schema,
    provider: {
      async getMigrations() {
        const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
        const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
        return Object.fromEntries(
          files.map((file, index) => [
            file,
            {
              async up(transaction: Kysely<unknown>) {
                await sql`set local statement_timeout = 0`.execute(transaction);
                await sql.raw(texts[index] ?? '').execute(transaction);
              },
            },
          ]),
        );
      },
    },
  });
  const isHeld = (error: unknown) => isDatabaseError(error, 'lock_not_available');
  const backoff = new ExponentialBackoff({ initialDelay: 200, maxDelay: 10_000 });
  await retry(handleWhen(isHeld), { maxAttempts: triesForLocks - 1, backoff }).execute(async () => {
    const { error } = await migrator.migrateToLatest();
    if (isHeld(error))
      report(`the schema ${schema} waits for a lock that another transaction holds; it is tried again`);
    if (error) throw error;
  });
}

/** Whether a schema has had all migrations of a folder, and no others. */
export async function isUpToDate(database: Kysely<unknown>, schema: string, folder: string): Promise<boolean> {
  try {
    const { rows: found } = await sql`
      select from pg_catalog.pg_tables where schemaname = ${schema} and tablename = 'kysely_migration'
    `.execute(database);
    if (found.length === 0) return false;
    const { rows } = await sql<{ name: string }>`
      select name from ${sql.table(`${schema}.kysely_migration`)} order by name
    `.execute(database);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
    return rows.length === files.length && rows.every(({ name }, index) => name === files[index]);
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

async function createSchema(database: Kysely<unknown>, schema: string): Promise<void> {
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(database);
  } catch (error) {
    // Two processes that create the same schema at the same moment: the other one has done it.
    if (isDatabaseError(error, 'unique_violation', 'duplicate_schema')) return;
    if (isDatabaseError(error, 'lacks_privilege')) {
      throw new ConfigurationError(
        `DATABASE_URL is wrong: its login may not bring the schema ${schema} up to date (${error.message}); do it with that of the owner: npm run migrate`,
      );
    }
    throw refusalOf(error) ?? error;
  }
}

/** What only people can help, as one line. */
function refusalOf(error: unknown): ConfigurationError | undefined {
  if (isDatabaseError(error, 'invalid_password', 'invalid_authorization', 'unknown_database', 'lacks_privilege')) {
    return new ConfigurationError(`DATABASE_URL is wrong: ${error.message}`);
  }
  const reason = describeTlsFailure(error);
  if (!reason) return undefined;
  return new ConfigurationError(`DATABASE_URL is wrong: the database cannot be reached: ${reason}`);
}

const codes = {
  unique_violation: '23505',
  duplicate_schema: '42P06',
  invalid_password: '28P01',
  invalid_authorization: '28000',
  unknown_database: '3D000',
  lacks_privilege: '42501',
  check_violation: '23514',
  lock_not_available: '55P03',
  serialization_failure: '40001',
  deadlock_detected: '40P01',
  character_not_in_repertoire: '22021',
  untranslatable_character: '22P05',
  numeric_value_out_of_range: '22003',
  datetime_field_overflow: '22008',
} as const;

/** Whether PostgreSQL answered with one of these conditions. */
function isDatabaseError(error: unknown, ...conditions: (keyof typeof codes)[]): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && conditions.some((condition) => error.code === codes[condition]);
}

/**
 * What a caller is told of an error that came from the database: `Unavailable` where the connection failed or a lock was not free,
 * `InvalidRequest` where a text has a character that PostgreSQL cannot store, or a value is beyond what it can hold, else the
 * error as it is.
 */
export function translateDatabaseError(error: unknown): unknown {
  const code = (error as { code?: unknown } | undefined)?.code;
  const message = error instanceof Error ? error.message : '';
  if (isDatabaseError(error, 'character_not_in_repertoire', 'untranslatable_character')) {
    return new ServiceFailure(
      'InvalidRequest',
      'a text has the character U+0000, which cannot be stored; leave it out',
    );
  }
  if (isDatabaseError(error, 'numeric_value_out_of_range', 'datetime_field_overflow')) {
    return new ServiceFailure(
      'InvalidRequest',
      'a number or a time is beyond what can be stored',
      {},
      { cause: error },
    );
  }
  const broken =
    (typeof code === 'string' && /^(08|57P|53|40|ECONN|EPIPE|ETIMEDOUT|55P03|25P03)/.test(code)) ||
    /Connection terminated|timeout exceeded when trying to connect|is not queryable/.test(message);
  return broken ? new ServiceFailure('Unavailable', 'The database is not available', {}, { cause: error }) : error;
}
