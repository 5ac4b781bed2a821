import type { Equations } from '../equation.ts';
import { money, moved, movements, none } from './sql.ts';

/** What the applied payments, and those that are in progress, have of each invoice. */
const parts = `(
  select invoice_id,
    (coalesce(sum(allocations.amount) filter (where state = 'applied'), 0) - coalesce((
      select sum(to_invoice - back_to_invoice) from billing.payment_reversals as reversal
      where reversal.invoice_id = allocations.invoice_id
    ), 0))::bigint as paid,
    coalesce(sum(allocations.amount) filter (where state = 'claimed'), 0)::bigint as claims
  from billing.allocations join billing.payments using (payment_id) group by 1
) as part`;

const ofInvoices = 'checkout_id is null';

/** A series of numbers without gaps: as many as the last one says. */
const numbers = (table: string) => `
  select null as subject, null as currency, count(distinct number) as left, coalesce(max(number), 0)::bigint as right
  from billing.${table}`;

const byHand =
  'It was written by no operation of billing: compare the row with the events about it, and with a backup.';
const sweep = '`npm run cli -- sweep` takes it over, as it does by itself every 15 minutes.';

/** What must hold of invoices, their payments and their credit notes. */
export const invoiceEquations: Equations = {
  'invoices: numbers = the last number': {
    sides: numbers('invoices'),
    means: 'The numbers of invoices have no gap.',
    remedy: 'Find the missing number in the journals and mails; an auditor has to be told what became of it.',
  },
  'invoices: numbers of credit notes = the last one': {
    sides: numbers('credit_notes'),
    means: 'The numbers of credit notes have no gap.',
    remedy: 'Find the missing number in the journals and mails; an auditor has to be told what became of it.',
  },
  'invoices: the last number of a series other than that of its rows = 0': {
    sides: none(
      `'series ' || series`,
      `(
        select series, last_number, case series when 'invoice' then (select max(number) from billing.invoices)
          when 'credit-note' then (select max(number) from billing.credit_notes) else last_number end as used
        from billing.number_series
      ) as series where last_number <> coalesce(used, 0)`,
    ),
    means: 'The last row of a series has the last number that was taken.',
    remedy: byHand,
  },
  'invoices: with more paid, claimed and credited than they cost = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.invoices where claimed < 0 or claimed + allocated + credit_applied + credited > total or total <> net + tax`,
    ),
    means: 'What is open of an invoice covers what is claimed of it.',
    remedy: byHand,
  },
  'invoices: with other parts than their payments say = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.invoices left join ${parts} using (invoice_id)
       where allocated <> coalesce(paid, 0) or claimed <> coalesce(claims, 0)`,
    ),
    means: 'What an invoice says is paid, or being paid, is the sum of its payments.',
    remedy: byHand,
  },
  'invoices: with other credit than its entries say = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.invoices left join (
        select invoice_id, -sum(amount) as used from billing.credit_entries where invoice_id is not null group by 1
      ) as entry using (invoice_id)
      where credit_applied <> coalesce(used, 0)`,
    ),
    means: 'What credit has paid of an invoice is the sum of its entries.',
    remedy: byHand,
  },
  'invoices: entries of credit with other uses than their amount = 0': {
    sides: none(
      `'entry ' || entry_id`,
      `billing.credit_entries
       left join (select entry_id, sum(amount) as taken from billing.credit_uses group by 1) as source using (entry_id)
       left join (
         select source_id as entry_id, sum(amount) as used from billing.credit_uses group by 1
       ) as use using (entry_id)
       where case when amount < 0 then coalesce(taken, 0) <> -amount else coalesce(used, 0) > amount end`,
    ),
    means: 'Credit is used once, and only what came in.',
    remedy: byHand,
  },
  'invoices: with other credit notes than taken off = 0': {
    sides: none(
      `'invoice ' || invoice_id`,
      `billing.invoices left join (
        select invoice_id, sum(to_invoice) as off, sum(total) as noted from billing.credit_notes group by 1
      ) as note using (invoice_id)
      where credited <> coalesce(off, 0) or coalesce(noted, 0) > total`,
    ),
    means: 'All credit notes of an invoice together are at most its total, and taken off it.',
    remedy: byHand,
  },
  'invoices: payments with other parts than they are of = 0': {
    sides: none(
      `'invoice-payment ' || payment_id`,
      `billing.payments left join (
        select payment_id, sum(amount) as parts from billing.allocations group by 1
      ) as part using (payment_id)
      where state = 'applied' and amount <> coalesce(parts, 0) + credit`,
    ),
    means: 'A payment is what it has paid of invoices and what went to credit.',
    remedy: byHand,
  },
  'invoices: neither mailed nor on hold = 0': {
    sides: none(
      `'customer ' || customer_id`,
      `billing.invoices where mail_commanded_at is null and not exists (
        select from billing.customers_copy where customers_copy.customer_id = invoices.customer_id and status = 'banned'
      )`,
    ),
    carriers: ['billing'],
    means: 'An invoice is mailed, unless its customer is banned.',
    remedy: 'Lift a ban once more (`unban`), or see the dead letters of `billing.events.v1`.',
  },
  'invoices: payments under way = 0': {
    sides: none(`'invoice-payment ' || payment_id`, `billing.payments where state = 'claimed'`),
    carriers: ['workflows'],
    means: 'A payment claims its invoice as long as its workflow is open, and no longer.',
    remedy: sweep,
  },
  'money: taken for invoices = applied payments by card': {
    sides: money(
      moved(['captured', 'reinstated'], ['refunded', 'disputed'], ofInvoices),
      `select 'invoice-payment ' || payment_id as subject, currency, amount - coalesce((
         select sum(amount) from billing.payment_reversals as reversal
         where reversal.payment_id = payments.payment_id and reinstated_at is null
       ), 0) as amount
       from billing.payments where method = 'card' and state = 'applied'`,
    ),
    carriers: ['workflows'],
    reads: 'payment simulator',
    means: 'What cards have paid of invoices is what the provider has taken and kept.',
    remedy: '`npm run cli -- reconcile` compares with the provider.',
  },
  'money: captures for one payment of an invoice <= 1': {
    sides: `
      select subject, null as currency, greatest(count(*) - 1, 0) as left, 0 as right
      from ${movements} where kind = 'captured' and ${ofInvoices} group by 1`,
    reads: 'payment simulator',
    means: 'No payment of an invoice is charged twice.',
    remedy: 'Refund the second one at the provider; keep the history of the workflow for those who mend it.',
  },
};
