import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { journalsOf } from '../../services/ledger/journal.ts';
import { listJournals, postJournals } from '../../services/ledger/store.ts';
import { withEarlierTables } from '../migrations.ts';
import { paymentProcessed } from './environment.ts';

test('journals of release 0.3 have their order as subject, stay append-only, and are posted once more without a trace', async () => {
  await withEarlierTables('ledger', '0005', async (database, migrateToToday) => {
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

    await migrateToToday();
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
  });
});
