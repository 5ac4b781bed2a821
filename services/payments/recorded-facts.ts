import { sql } from 'kysely';
import type { Database } from './store.ts';

/** Keeps that what the provider did is in the order and the books. */
export async function rememberFact(database: Database, factId: string): Promise<void> {
  await sql`insert into recorded_facts (fact_id) values (${factId}) on conflict do nothing`.execute(database);
}

export async function isRecorded(database: Database, factId: string): Promise<boolean> {
  const { rows } = await sql`select from recorded_facts where fact_id = ${factId}`.execute(database);
  return rows.length > 0;
}
