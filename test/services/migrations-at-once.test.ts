import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { migrate, openDatabase } from '../../platform/database.ts';

const migrations = fileURLToPath(new URL('../../services/customers/migrations', import.meta.url));

/** Makes a schema with a service's tables, and drops it again. */
async function comeAndGo(): Promise<void> {
  const schema = `test_${randomUUID().slice(0, 8)}`;
  const database = openDatabase<unknown>({ url: process.env['DATABASE_URL'] as string, schema, connections: 2 });
  try {
    await migrate(database, schema, migrations);
    await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
  } finally {
    await database.destroy();
  }
}

test('a service migrates its schema while those of others come and go', async () => {
  const lane = async () => {
    for (let time = 1; time <= 10; time += 1) await comeAndGo();
  };

  const lanes = await Promise.allSettled(Array.from({ length: 8 }, lane));

  expect(lanes.flatMap((ended) => (ended.status === 'rejected' ? [ended.reason] : []))).toEqual([]);
});
