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
 * Searches every table of every schema: texts, documents and bytes.
 *
 * @param needles what is searched for
 */
export async function scanDatabase(database: Kysely<unknown>, needles: readonly string[]): Promise<Found[]> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1, 2
  `.execute(database);
  const found: Found[] = [];
  // As it is, as a document has it, and by the hexadecimal digits that bytes are shown with.
  const forms = needles.flatMap((needle) =>
    [...new Set([needle, JSON.stringify(needle).slice(1, -1)])].flatMap((form) => [
      { needle, form },
      { needle, form: Buffer.from(form).toString('hex') },
    ]),
  );
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ needle: string; count: number }>`
      with form as (
        select * from unnest(
          ${forms.map(({ needle }) => needle)}::text[], ${forms.map(({ form }) => form)}::text[]
        ) as form (needle, form)
      ), field as (
        select searched.ctid as row_id, field.value
        from ${sql.table(`${schema}.${name}`)} as searched, jsonb_each_text(to_jsonb(searched)) as field
      )
      select needle, count(distinct row_id)::int as count from form, field
      where position(form in value) > 0 group by needle order by needle
    `.execute(database);
    found.push(...rows.map(({ needle, count }) => ({ place: `${schema}.${name}`, needle, count })));
  }
  return found;
}
