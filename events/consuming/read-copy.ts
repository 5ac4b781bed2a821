import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { type BucketChecksum, bucketCount } from '../../contracts/read-copy.ts';

/** A table with copies of what another service owns; it also has the columns `version` and `copied_at`. */
export interface CopyTable {
  readonly name: string;
  /** The column with the id. */
  readonly key: string;
  /** What else is copied. */
  readonly columns: readonly string[];
}

/** A copy, by the names of the columns. The versions of one id count its changes. */
export type CopyRow = Readonly<Record<string, unknown>> & { readonly version: number };

/** The part that an id belongs to, from 0, wherever it is calculated. */
export const bucketOf = (key: string): RawBuilder<number> =>
  sql`get_byte(sha256(convert_to(${sql.id(key)}, 'UTF8')), 0) % ${sql.lit(bucketCount)}`;

/**
 * Writes copies, of which an older version never replaces a newer one: in whatever order and however often they come, the
 * newest stays. The same version again mends a row that was damaged.
 */
export async function upsertCopies<Tables>(
  transaction: Transaction<Tables>,
  { name, key, columns }: CopyTable,
  rows: readonly CopyRow[],
): Promise<void> {
  const newest = new Map<unknown, CopyRow>();
  for (const row of rows) {
    const other = newest.get(row[key]);
    if (!other || row.version >= other.version) newest.set(row[key], row);
  }
  if (newest.size === 0) return;
  const table = sql.table(name);
  const copied = ['version', ...columns].map((column) => sql.id(column));
  // In one order for all, so that two processes cannot deadlock.
  await sql`
    insert into ${table} (${sql.id(key)}, ${sql.join(copied)})
    select ${sql.id(key)}, ${sql.join(copied)}
    from jsonb_populate_recordset(null::${table}, ${JSON.stringify([...newest.values()])}::jsonb)
    order by ${sql.id(key)}
    on conflict (${sql.id(key)}) do update
    set ${sql.join(copied.map((column) => sql`${column} = excluded.${column}`))}, copied_at = now()
    where excluded.version >= ${table}.version
  `.execute(transaction);
}

/** A checksum of each part of a table that is not empty, over the ids and these columns. */
export async function checksumsOf<Tables>(
  database: Kysely<Tables>,
  { name, key, columns }: CopyTable,
): Promise<BucketChecksum[]> {
  const covered = sql.join(
    [key, 'version', ...columns].map((column) => sql.id(column)),
    sql`, `,
  );
  // Databases may sort texts by different rules; those of "C" are the same everywhere.
  const { rows } = await sql<BucketChecksum>`
    select ${bucketOf(key)} as bucket, count(*) as count,
      md5(string_agg(jsonb_build_array(${covered})::text, '' order by ${sql.id(key)} collate "C")) as checksum
    from ${sql.table(name)} group by bucket order by bucket
  `.execute(database);
  return rows;
}
