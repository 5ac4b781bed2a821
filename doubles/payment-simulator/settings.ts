import { sql } from 'kysely';
import type { z } from 'zod';
import type { Database } from './store.ts';

/** One thing that an administrator may set; it survives a restart like all state. */
export interface Setting<Schema extends z.ZodType> {
  readonly name: 'faults' | 'webhook_faults';
  readonly schema: Schema;
}

/** What is set, or null. */
export async function readSetting<Schema extends z.ZodType>(
  database: Database,
  { name, schema }: Setting<Schema>,
): Promise<z.output<Schema> | null> {
  const { rows } = await sql<{ value: unknown }>`select value from settings where name = ${name}`.execute(database);
  return rows[0] ? schema.parse(rows[0].value) : null;
}

export async function writeSetting<Schema extends z.ZodType>(
  database: Database,
  { name }: Setting<Schema>,
  value: z.output<Schema>,
): Promise<void> {
  await sql`
    insert into settings (name, value) values (${name}, ${JSON.stringify(value)})
    on conflict (name) do update set value = excluded.value
  `.execute(database);
}

export async function deleteSetting<Schema extends z.ZodType>(
  database: Database,
  { name }: Setting<Schema>,
): Promise<void> {
  await sql`delete from settings where name = ${name}`.execute(database);
}
