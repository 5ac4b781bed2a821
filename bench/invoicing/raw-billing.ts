import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import pg from 'pg';
import { migrate, openDatabase } from '../../platform/database.ts';
import type { InvoicingSystem } from './invoicing-system.ts';

/** The schema that has billing's tables, and what raw pg writes into them. */
const rawSchema = 'raw_billing';
/** As many invoices as billing issues in a transaction. */
const batchSize = 100;
const indexForReading = 'bench_outbox_by_subject';

interface Statement {
  readonly table: string;
  /** All columns that are written, as texts. */
  readonly columns: readonly string[];
  readonly text: string;
}

/**
 * Inserts the rows of a month by pg alone: the same rows as billing has written, into tables with the same keys, indexes and
 * checks, by prepared statements of many rows each, in transactions of a hundred invoices. Only inserting is timed.
 *
 * @returns invoices each second
 */
export async function measureRawBilling(
  { databaseUrl }: InvoicingSystem,
  { communityId, period }: { readonly communityId: string; readonly period: string },
): Promise<number> {
  await createTables(databaseUrl);
  const reader = await connect(databaseUrl, 'billing');
  const writer = await connect(databaseUrl, rawSchema);
  try {
    // Nothing in billing asks the outbox for one subject; without an index each batch would read all of it here.
    await reader.query(`create index ${indexForReading} on outbox (subject)`);
    const runs = await statementFor(reader, 'invoicing_runs');
    const statements: Statement[] = [];
    for (const table of ['invoices', 'run_residents', 'outbox']) statements.push(await statementFor(reader, table));
    await insert(writer, runs, await rowsOf(reader, runs, 'community_id = $1 and period = $2', [communityId, period]));
    await writer.query("insert into number_series (series) values ('invoice')");
    let invoices = 0;
    let milliseconds = 0;
    for (let after = 0; ; ) {
      const { rows: batch } = await reader.query<{ invoice_id: string; number: string }>(
        `select invoice_id, number from invoices where community_id = $1 and period = $2 and number > $3
         order by number limit $4`,
        [communityId, period, after, batchSize],
      );
      if (batch.length === 0) return invoices / (milliseconds / 1_000);
      after = Number(batch.at(-1)?.number);
      const ids = batch.map(({ invoice_id }) => invoice_id);
      const written = [];
      for (const statement of statements) {
        const key = statement.table === 'outbox' ? 'subject' : 'invoice_id';
        written.push([statement, await rowsOf(reader, statement, `${key} = any($1)`, [ids])] as const);
      }
      const start = performance.now();
      await writer.query('begin');
      await writer.query({
        name: 'numbers',
        text: "update number_series set last_number = last_number + $1 where series = 'invoice'",
        values: [batch.length],
      });
      for (const [statement, rows] of written) await insert(writer, statement, rows);
      await writer.query('commit');
      milliseconds += performance.now() - start;
      invoices += batch.length;
    }
  } finally {
    await reader.query(`drop index if exists ${indexForReading}`);
    await Promise.all([reader.end(), writer.end()]);
  }
}

async function createTables(url: string): Promise<void> {
  const database = openDatabase<unknown>({ url, schema: rawSchema, connections: 1 });
  await migrate(database, rawSchema, fileURLToPath(new URL('../../services/billing/migrations', import.meta.url)));
  // What is measured is inserting, not what an earlier month has made of the tables.
  await sql`truncate invoicing_runs, invoices, outbox, number_series cascade`.execute(database);
  await database.destroy();
}

async function connect(url: string, schema: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  return client;
}

/** Writes all columns of a table but those that PostgreSQL fills in itself. */
async function statementFor(reader: pg.Client, table: string): Promise<Statement> {
  const { rows } = await reader.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' order by attnum`,
    [table],
  );
  const columns = rows.map(({ name }) => name);
  const values = rows.map(({ name, type }) => `${name}::${type}`).join(', ');
  const arrays = rows.map((_, index) => `$${index + 1}::text[]`).join(', ');
  const text = `insert into ${table} (${columns.join(', ')})
    select ${values} from unnest(${arrays}) as written (${columns.join(', ')})`;
  return { table, columns, text };
}

async function rowsOf(
  reader: pg.Client,
  { table, columns }: Statement,
  where: string,
  values: readonly unknown[],
): Promise<(string | null)[][]> {
  const texts = columns.map((column) => `${column}::text`).join(', ');
  const text = `select ${texts} from ${table} where ${where}`;
  return (await reader.query({ text, values: [...values], rowMode: 'array' })).rows;
}

async function insert(
  writer: pg.Client,
  { table, columns, text }: Statement,
  rows: readonly (readonly (string | null)[])[],
): Promise<void> {
  const values = columns.map((_, index) => rows.map((row) => row[index]));
  await writer.query({ name: table, text, values });
}
