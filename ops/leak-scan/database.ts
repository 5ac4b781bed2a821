import { type Kysely, sql } from 'kysely';

/** Where something was found that is searched for. */
export interface Found {
  /** `customers.outbox`, or the path of a file. */
  readonly place: string;
  readonly needle: string;
  /** Rows, or 1 of a file. */
  readonly count: number;
}

/**
 * Searches every table of every schema, rows as text and bytes as they are.
 *
 * @param needles what is searched for
 */
export async function scanDatabase(database: Kysely<unknown>, needles: readonly string[]): Promise<Found[]> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2
  `.execute(database);
  const found: Found[] = [];
  for (const { schema, name } of tables) {
    // A row as text shows bytes by their hexadecimal digits.
    const { rows } = await sql<{ needle: string; count: number }>`
      with needle as (select unnest(${[...needles]}::text[]) as needle)
      select needle, count(*)::int as count from needle, ${sql.table(`${schema}.${name}`)} as searched
      where position(needle in searched::text) > 0
        or position(encode(convert_to(needle, 'UTF8'), 'hex') in searched::text) > 0
      group by needle order by needle
    `.execute(database);
    found.push(...rows.map(({ needle, count }) => ({ place: `${schema}.${name}`, needle, count })));
  }
  return found;
}
