import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { migrate, openDatabase } from '../platform/database.ts';

/** The folder with the migrations of a service, or of what stands in for one. */
export function migrationsOf(name: string): string {
  const folders = ['services', 'doubles'].map((room) =>
    fileURLToPath(new URL(`../${room}/${name}/migrations`, import.meta.url)),
  );
  const found = folders.find((folder) => existsSync(folder));
  if (!found) throw new Error(`there are no migrations of ${name}`);
  return found;
}

/**
 * Opens a schema of its own with the tables that a service had before a migration, and drops it after the test.
 *
 * @param since the name of the migration, or how it begins: `0002`
 * @param use is given what migrates the schema to the tables of today
 */
export async function withEarlierTables(
  name: string,
  since: string,
  use: (database: Kysely<unknown>, migrateToToday: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const schema = `test_${randomUUID().slice(0, 8)}`;
  const database = openDatabase<unknown>({ url: process.env['DATABASE_URL'] as string, schema, connections: 2 });
  const migrations = migrationsOf(name);
  const earlier = await mkdtemp(path.join(tmpdir(), 'earlier-migrations-'));
  try {
    const files = (await readdir(migrations)).filter((file) => file < since);
    for (const file of files) await copyFile(path.join(migrations, file), path.join(earlier, file));
    await migrate(database, schema, earlier);
    await use(database, async () => void (await migrate(database, schema, migrations)));
  } finally {
    await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(database);
    await database.destroy();
    await rm(earlier, { recursive: true });
  }
}
