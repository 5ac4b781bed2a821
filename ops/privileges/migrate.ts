import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { migrate, openDatabase } from '../../platform/database.ts';
import { standardTimeouts } from '../../platform/database-settings.ts';
import { auditedViewsSql } from './sql.ts';
import { migrationsOf, type SchemaName, schemaNames } from './stores.ts';

/** A migration takes as long as it takes, but waits for no lock longer than a service does. */
const timeouts = { ...standardTimeouts, statementMs: 0 };

/**
 * Brings schemas up to date, which the processes may not do themselves, and lets the auditor read the views that are for it.
 *
 * @param url of the owner of the schemas
 * @param report told when a schema waits for a lock
 * @throws {ConfigurationError} when the login, the database or a privilege is refused
 */
export async function migrateSchemas(
  url: string,
  schemas: readonly SchemaName[] = schemaNames,
  report: (line: string) => void = () => undefined,
): Promise<void> {
  await Promise.all(
    schemas.map(async (schema) => {
      const database = openDatabase<unknown>({ url, schema, connections: 2, timeouts });
      try {
        await migrate(
          database,
          schema,
          fileURLToPath(new URL(`../../${migrationsOf[schema]}`, import.meta.url)),
          report,
        );
      } finally {
        await database.destroy();
      }
    }),
  );
  const database = openDatabase<unknown>({ url, schema: 'public', connections: 1 });
  try {
    await sql.raw(auditedViewsSql()).execute(database);
  } finally {
    await database.destroy();
  }
}
