import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { typeOf } from '../../events/integration-event.ts';
import { migrate, openDatabase } from '../../platform/database.ts';
import { ledgerBatchSize } from '../../services/ledger/consumer.ts';
import { sampleAmounts } from './sample-checkouts.ts';

/** The schema that has the ledger's tables, and what raw pg writes into them. */
const rawSchema = 'raw_ledger';

const hash = createHash('sha256').update('bench').digest('hex');
const type = typeOf('PaymentProcessed');
const { goods, discount, shipping, tax, total } = sampleAmounts;
/** As `services/ledger/postings/checkout.ts` has them. */
const lines: readonly [account: string, debit: number | null, credit: number | null][] = [
  ['1200', total, null],
  ['4000', null, goods - discount],
  ['4100', null, shipping],
  ['2200', null, tax],
  ['1050', total, null],
  ['1200', null, total],
];

const insertInbox = `
  insert into inbox (consumer, message_id, body_hash, subject, type)
  select 'ledger', * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
`;
const insertJournals = `
  insert into journals (event_id, kind, event_type, subject_kind, subject_id, occurred_at)
  select event_id, 'payment', type, 'order', order_id, now()
  from unnest($1::text[], $2::text[], $3::text[]) as event (event_id, order_id, type)
  returning journal_id
`;
const insertEntries = `
  insert into entries (journal_id, line, account, currency, debit, credit)
  select journal_id, line, account, 'USD', debit, credit
  from unnest($1::bigint[], $2::smallint[], $3::text[], $4::bigint[], $5::bigint[])
    as entry (journal_id, line, account, debit, credit)
`;

const insertLinks = `
  insert into journal_links (position, journal_id, hash)
  select journal_id, journal_id, $2 from unnest($1::bigint[]) as journal (journal_id)
`;

/** The ledger's rows by pg alone: prepared statements of many rows each, in transactions as large as the consumer's. */
export interface RawLedger {
  /** Inserts for a time. @returns how many journals were committed */
  insert(seconds: number): Promise<number>;
  close(): Promise<void>;
}

export async function openRawLedger(url: string): Promise<RawLedger> {
  await createTables(url);
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${rawSchema}` });
  await client.connect();
  return {
    async insert(seconds) {
      const deadline = performance.now() + seconds * 1_000;
      let journals = 0;
      for (; performance.now() < deadline; journals += ledgerBatchSize) await insertBatch(client);
      return journals;
    },
    close: () => client.end(),
  };
}

async function createTables(url: string): Promise<void> {
  const database = openDatabase<unknown>({ url, schema: rawSchema, connections: 1 });
  const folder = fileURLToPath(new URL('../../services/ledger/migrations', import.meta.url));
  await migrate(database as Kysely<unknown>, rawSchema, folder);
  await database.destroy();
}

async function insertBatch(client: pg.Client): Promise<void> {
  const eventIds = Array.from({ length: ledgerBatchSize }, () => randomUUID());
  const orderIds = eventIds.map(() => randomUUID());
  const hashes = eventIds.map(() => hash);
  const types = eventIds.map(() => type);
  await client.query('begin');
  await client.query({ name: 'inbox', text: insertInbox, values: [eventIds, hashes, orderIds, types] });
  const { rows } = await client.query<{ journal_id: string }>({
    name: 'journals',
    text: insertJournals,
    values: [eventIds, orderIds, types],
  });
  const entries = rows.flatMap(({ journal_id }) => lines.map((line, index) => [journal_id, index + 1, ...line]));
  const column = (index: number) => entries.map((entry) => entry[index]);
  await client.query({ name: 'entries', text: insertEntries, values: [0, 1, 2, 3, 4].map(column) });
  const journalIds = rows.map(({ journal_id }) => journal_id);
  await client.query({ name: 'links', text: insertLinks, values: [journalIds, hash] });
  await client.query('commit');
}
