import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type InFlight, readInFlight } from '../../ops/audit/in-flight.ts';
import { AuditedShop } from './audited-shop.ts';
import { fillWhole } from './whole-shop.ts';

let audited: AuditedShop;

beforeAll(async () => {
  audited = await AuditedShop.create(fillWhole);
}, 60_000);

afterAll(() => audited?.close());

/** What is in flight to the ledger after a change, which is taken back. */
const toLedger = (change: string): Promise<Pick<InFlight, 'certain' | 'published'>> =>
  audited.inTransaction(async (transaction) => {
    await sql.raw(change).execute(transaction);
    const { certain, published } = await readInFlight(transaction, 'ledger', 0);
    return { certain, published };
  });

const created = `type = 'billing.invoice.created.v1' and subject = 'open'`;
const notHandled = `delete from ledger.inbox where message_id in (select message_id from billing.outbox where ${created});`;
const abouts = ['invoice open', 'customer c-1'];
/** Orders may have another event on its way, however many were handled. */
const ofInvoices = (subjects: Iterable<string>) =>
  [...subjects].filter((subject) => !subject.startsWith('order ')).sort();

describe('what is in flight to a consumer', () => {
  test('is nothing of what it has handled', async () => {
    const { certain, published } = await toLedger('select');
    expect([ofInvoices(certain), ofInvoices(published.keys())]).toEqual([[], []]);
  });

  test('is what the relay has not published yet', async () => {
    const { certain } = await toLedger(`${notHandled} update billing.outbox set published_at = null where ${created}`);
    expect(ofInvoices(certain)).toEqual(abouts.toSorted());
  });

  test('may be what was published and not handled', async () => {
    const { certain, published } = await toLedger(notHandled);
    expect([ofInvoices(certain), ofInvoices(published.keys())]).toEqual([[], abouts.toSorted()]);
  });

  test('is not what something has overtaken by a minute', async () => {
    const { published } = await toLedger(
      `${notHandled} update billing.outbox set published_at = now() - interval '61 seconds' where ${created}`,
    );
    expect(ofInvoices(published.keys())).toEqual([]);
  });

  test('may be whatever was published, however long ago, while nothing newer was handled', async () => {
    const { published } = await toLedger(
      `${notHandled} update billing.outbox set published_at = now() - interval '1 hour' where ${created};
       update billing.outbox set published_at = now() - interval '2 hours' where not (${created});
       update purchasing.outbox set published_at = now() - interval '2 hours';
       update orders.orders set published_at = now() - interval '2 hours';
       update payroll.outbox set published_at = now() - interval '2 hours';
       update payroll.runs set ended_at = now() - interval '2 hours';
       update orders.refunds set published_at = now() - interval '2 hours'`,
    );
    expect(ofInvoices(published.keys())).toEqual(abouts.toSorted());
  });

  test('is what payroll has not published yet, and what the last message of a month says', async () => {
    const returned = await toLedger(`
      delete from ledger.inbox where type = 'payroll.salary.returned.v1';
      update payroll.outbox set published_at = null where type = 'payroll.salary.returned.v1'`);
    expect(ofInvoices(returned.certain)).toEqual(['payroll staff.2026-02']);
    const paid = await toLedger(`delete from ledger.inbox where type = 'payroll.salary.paid.v1'`);
    expect(ofInvoices(paid.published.keys())).toEqual(['payroll staff.2026-02']);
  });

  test('is what a bill changes of its order, too', async () => {
    const { certain } = await toLedger(`
      update purchasing.outbox set published_at = null where type = 'purchasing.bill.created.v1';
      insert into dead_letters.dead_letters (occurrence, queue, message_id, event_type, subject, dead_reason, attempts, properties, body)
      values ('again', 'ledger.events.v1', 'm-1', 'purchasing.order.closed.v1', 'po-closed', 'failed', 1, '{}', '')`);
    expect([...certain].sort()).toEqual(['bill bill-1', 'purchase-order po-closed', 'purchase-order po-open']);
  });

  test('is a dead letter that waits for a person', async () => {
    const { certain } = await toLedger(`
      insert into dead_letters.dead_letters (occurrence, queue, message_id, event_type, subject, dead_reason, attempts, properties, body)
      values ('again', 'ledger.events.v1', 'm-1', 'billing.payment.received.v1', 'p-card', 'failed', 1, '{}', '')`);
    expect([...certain]).toEqual(['invoice-payment p-card']);
  });
});
