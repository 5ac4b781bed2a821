import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { withEarlierTables } from '../migrations.ts';

test('mails from before subjects belong to their orders, and one without a subject is refused', async () => {
  await withEarlierTables('notification', '0004', async (database, migrateToToday) => {
    for (const id of ['c-1', 'c-2']) {
      await sql`
        insert into mails (message_id, event_id, template, recipient, checkout_id, order_id, sent_at)
        values (${`<${id}@shop>`}, ${id}, 'order-refunded', 'ada@example.com', ${id}, ${id}, '2026-01-31T12:00:00Z')
      `.execute(database);
    }

    await migrateToToday();

    const { rows } = await sql<object>`select * from mails order by message_id`.execute(database);
    expect(rows).toEqual(
      ['c-1', 'c-2'].map((id) => ({
        message_id: `<${id}@shop>`,
        event_id: id,
        template: 'order-refunded',
        // It is known by the order, and the address is nobody's business here.
        recipient: null,
        subject_kind: 'order',
        subject_id: id,
        sent_at: '2026-01-31T12:00:00.000Z',
      })),
    );
    const mail = sql`('<1@shop>', '1', 'payslip', 'ada@example.com', 'p-1')`;
    await expect(
      sql`insert into mails (message_id, event_id, template, recipient, subject_id) values ${mail}`.execute(database),
    ).rejects.toThrow('subject_kind');
    await expect(
      sql`insert into mails (message_id, event_id, template, recipient, subject_kind) values ${mail}`.execute(database),
    ).rejects.toThrow('subject_id');
  });
});
