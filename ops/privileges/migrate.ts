import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { migrate, openDatabase } from '../../platform/database.ts';
import { auditedViewsSql } from './sql.ts';
import { migrationsOf, type SchemaName, schemaNames } from './stores.ts';

/**
 * Brings schemas up to date, which the processes may not do themselves, and lets the auditor read the views that are for it.
 *
 * @param url of the owner of the schemas
 * @throws {ConfigurationError} when the login, the database or a privilege is refused
 */
export async function migrateSchemas(url: string, schemas: readonly SchemaName[] = schemaNames): Promise<void> {
  await Promise.all(
    schemas.map(async (schema) => {
      const database = openDatabase<unknown>({ url, schema, connections: 2 });
      try {
        await migrate(database, schema, fileURLToPath(new URL(`../../${migrationsOf[schema]}`, import.meta.url)));
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
