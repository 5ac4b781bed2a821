import type { Equations } from '../equation.ts';
import { none } from './sql.ts';

/** Whether an invoice was to be reminded of at a moment: within the three days before it is due, from nine o'clock on. */
const isTime = (moment: string) => `(
  (${moment} at time zone time_zone)::date between due_date - 3 and due_date - 1
  and extract(hour from ${moment} at time zone time_zone) >= 9
)`;

/** Services and databases tell the time a little differently, and rows say when a transaction began. */
const margin = `interval '1 minute'`;

/** What of an invoice was settled before it was reminded of. */
const settled = `(
  select sum(amount) from (
    select allocations.amount from billing.allocations join billing.payments using (payment_id)
    where allocations.invoice_id = invoices.invoice_id and state = 'applied' and ended_at < reminded_at - ${margin}
    union all
    select -amount from billing.credit_entries
    where credit_entries.invoice_id = invoices.invoice_id and entered_at < reminded_at - ${margin}
    union all
    select to_invoice from billing.credit_notes
    where credit_notes.invoice_id = invoices.invoice_id and credit_notes.issued_at < reminded_at - ${margin}
  ) as part
)`;

/** The payments by card of an invoice. */
const cards = `
  select from billing.allocations join billing.payments using (payment_id)
  where allocations.invoice_id = invoices.invoice_id and method = 'card'`;

/**
 * What must hold of reminders: an invoice has one if and only if a sweep came by in its days, when it was open, not on hold and not
 * claimed. That a sweep came by is known from what it has reminded of.
 */
const remedy =
  'Compare the row with the sweeps of that day in Temporal (`invoice-reminders/…`) and the zone of the invoice.';

export const invoiceRemindersEquations: Equations = {
  'invoices: reminders beside the three days before they are due = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.reminders join billing.invoices using (invoice_id) where not ${isTime('reminded_at')}`,
    ),
    means: 'A reminder comes in the three days before the invoice is due, from nine o’clock on.',
    remedy,
  },
  'invoices: reminders of what was settled, claimed or on hold = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.reminders join billing.invoices using (invoice_id)
       where ${settled} >= total
         or exists (${cards} and created_at < reminded_at - ${margin} and coalesce(ended_at, 'infinity') > reminded_at + ${margin})
         or exists (
           select from billing.customers_copy
           where customers_copy.customer_id = invoices.customer_id and status = 'banned' and copied_at < reminded_at - ${margin}
         )`,
    ),
    means: 'Nobody is reminded of what they have paid, are paying, or may not pay.',
    remedy,
  },
  'invoices: passed over by a sweep that was to remind of them = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.invoices
       where allocated = 0 and credited = 0 and credit_applied < total and not exists (${cards})
         and not exists (select from billing.reminders where reminders.invoice_id = invoices.invoice_id)
         and exists (
           select from billing.reminders
           where ${isTime('reminders.reminded_at')} and invoices.issued_at < reminders.reminded_at - ${margin}
             and not exists (
               select from billing.customers_copy
               where customers_copy.customer_id = invoices.customer_id
                 and (status = 'banned' or copied_at > reminders.reminded_at - ${margin})
             )
         )`,
    ),
    means: 'A sweep reminds of every invoice whose days have come.',
    remedy: 'The next sweep, within the hour, reminds of it while its days last.',
  },
};
