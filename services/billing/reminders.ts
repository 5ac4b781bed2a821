import { type Kysely, sql } from 'kysely';
import type { EventData } from '../../events/contracts/index.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import { invoiceNumber, isBanned } from './store.ts';

/** So many days before it is due a customer is reminded of an invoice, from this hour of its time zone on. */
const daysBefore = 3;
const firstHour = 9;

/** A mail that is later than that reminds of yesterday. */
const longestDelay = 12 * 60 * 60_000;

interface DueRow extends Omit<EventData<'InvoiceReminderDue'>, 'number' | 'sendBefore'> {
  readonly number: number;
}

/**
 * Reminds of what is soon due, once for each invoice: open, no payment in progress, not on hold, within the three days before its
 * due date and from nine o'clock on in its time zone. Hours that were missed heal with the next call; invoices that another
 * call has locked are left to it.
 *
 * @param limit how many at most in one transaction
 * @param at the moment that counts, ISO 8601
 * @returns how many invoices were reminded of
 */
export function remindDue(database: Kysely<unknown>, limit: number, at: string): Promise<number> {
  const local = sql`(${at}::timestamptz at time zone time_zone)`;
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<DueRow>`
      with due as (
        select invoice_id from invoices
        where allocated + credit_applied + credited < total and claimed = 0 and not ${isBanned}
          and due_date > ${local}::date and due_date - ${daysBefore}::int <= ${local}::date
          and extract(hour from ${local}) >= ${firstHour}
          and not exists (select from reminders where reminders.invoice_id = invoices.invoice_id and kind = 'due-soon')
        order by due_date, invoice_id limit ${limit} for update skip locked
      ), reminded as (
        insert into reminders (invoice_id, kind, reminded_at) select invoice_id, 'due-soon', ${at}::timestamptz from due
        on conflict do nothing returning invoice_id
      )
      select invoice_id as "invoiceId", number, customer_id as "customerId",
        json_build_object('name', contact_name, 'email', contact_email) as customer,
        json_build_object('currency', currency, 'amount', total - allocated - credit_applied - credited) as open,
        due_date::text as "dueDate"
      from reminded join invoices using (invoice_id) order by due_date, invoice_id
    `.execute(transaction);
    const sendBefore = new Date(Date.parse(at) + longestDelay).toISOString();
    const events = rows.map(({ number, ...row }) => {
      const origin = `invoice-reminder/${row.invoiceId}`;
      return createEvent({
        ...{ name: 'InvoiceReminderDue', origin, sequence: 1, subject: row.invoiceId, time: at },
        ...{ correlationId: row.invoiceId, causationId: origin },
        data: { ...row, number: invoiceNumber(number), sendBefore },
      });
    });
    await appendAllToOutbox(transaction, events);
    return rows.length;
  });
}
