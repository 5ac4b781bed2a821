import { type Kysely, sql } from 'kysely';
import { ConfigurationError } from './configuration.ts';
import { isUpToDate, migrate, openDatabase } from './database.ts';
import { type DatabaseSettings, sessionSettings } from './database-settings.ts';
import type { Logger } from './logging.ts';

export interface StoreOptions {
  /** The PostgreSQL schema of the store. */
  readonly schema: string;
  /** The folder with its SQL migrations. */
  readonly folder: string;
  readonly settings: DatabaseSettings;
  readonly logger: Logger;
}

/**
 * Opens the store of a role, and brings its schema up to date where its login may. Behind a pooler it only looks: the lock that keeps
 * migrations apart belongs to a session.
 *
 * @throws {ConfigurationError} when the login, the database or a privilege is refused, or the login lacks settings that a pooler cannot give
 */
export async function openStore<Tables>({ schema, folder, settings, logger }: StoreOptions): Promise<Kysely<Tables>> {
  const database = openDatabase<Tables>({ ...settings, schema });
  const plain = database as Kysely<unknown>;
  if (!settings.isPooled) {
    await migrate(plain, schema, folder, (line) => logger.warn(line));
    return database;
  }
  await requireSettings(plain, schema, settings);
  if (!(await isUpToDate(plain, schema, folder))) {
    throw new ConfigurationError(
      `DATABASE_URL is wrong: the schema ${schema} is not up to date, and migrations cannot go through a pooler; run npm run migrate with an address of PostgreSQL itself`,
    );
  }
  return database;
}

/** A session of a pooler has the settings of its login and no others. */
async function requireSettings(
  database: Kysely<unknown>,
  schema: string,
  { timeouts }: DatabaseSettings,
): Promise<void> {
  const wanted = sessionSettings(schema, timeouts);
  const { rows } = await sql<{ name: string; value: string; login: string }>`
    select name, setting as value, session_user as login from pg_catalog.pg_settings
    where name = any(${Object.keys(wanted)}::text[])
  `.execute(database);
  const lines = Object.entries(wanted).flatMap(([name, value]) => {
    const found = rows.find((row) => row.name === name);
    if (!found || found.value === value) return [];
    return [
      `DATABASE_POOLER is wrong: the login ${found.login} has ${name} = ${found.value || "''"} where this role needs ${value}; an administrator says: alter role "${found.login}" set ${name} = '${value}'`,
    ];
  });
  if (lines.length > 0) throw new ConfigurationError(lines.join('\n'));
}
