import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { migrate, openDatabase } from '../../platform/database.ts';
import { journalsOf } from '../../services/ledger/journal.ts';
import { listJournals, postJournals } from '../../services/ledger/store.ts';
import { databaseUrl, paymentProcessed } from './environment.ts';

const migrations = fileURLToPath(new URL('../../services/ledger/migrations', import.meta.url));

test('journals of release 0.3 have their order as subject, stay append-only, and are posted once more without a trace', async () => {
  const name = `test_${randomUUID().slice(0, 8)}`;
  const database = openDatabase<Record<never, never>>({ url: databaseUrl(), schema: name });
  const folder = await mkdtemp(path.join(tmpdir(), 'migrations-'));
  try {
    await cp(migrations, folder, { recursive: true, filter: (file) => !file.includes('0005') });
    await migrate(database as Kysely<unknown>, name, folder);
    const event = paymentProcessed();
    const { orderId } = event.data;
    const [journal] = journalsOf.PaymentProcessed(event);
    await database.transaction().execute(async (transaction) => {
      await sql`
        insert into journals (event_id, kind, content_hash, event_type, checkout_id, order_id, occurred_at)
        values (${event.id}, 'payment', 'a hash of 0.3', ${event.type}, ${orderId}, ${orderId}, ${event.time})
      `.execute(transaction);
      const entries = (journal?.lines ?? []).map(({ account, currency, side, amount }, index) => {
        const [debit, credit] = side === 'debit' ? [amount, null] : [null, amount];
        return sql`(${index + 1}::smallint, ${account}, ${currency}, ${debit}::bigint, ${credit}::bigint)`;
      });
      await sql`
        insert into entries (journal_id, line, account, currency, debit, credit)
        select journal_id, entry.* from journals, (values ${sql.join(entries)}) as entry
      `.execute(transaction);
    });

    await migrate(database as Kysely<unknown>, name, migrations);
    const subject = { kind: 'order', id: orderId };
    const carried = await listJournals(database, { subject, limit: 10 });
    expect(carried).toMatchObject([{ eventId: event.id, kind: 'payment', subject }]);
    await expect(sql`update journals set subject_id = 'another'`.execute(database)).rejects.toMatchObject({
      constraint: 'append_only',
    });
    await database
      .transaction()
      .execute((transaction) => postJournals(transaction, journalsOf.PaymentProcessed(event)));
    expect(await listJournals(database, { subject, limit: 10 })).toEqual(carried);
  } finally {
    await sql`drop schema ${sql.id(name)} cascade`.execute(database);
    await database.destroy();
    await rm(folder, { recursive: true });
  }
});
