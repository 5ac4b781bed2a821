import type { Equations } from '../equation.ts';
import { balanceAbout, balanceOf, counts, journals, money, none, summed } from './sql.ts';

/** What is still to be paid, as the facts of which it consists: invoices less their notes and credit, and payments. */
const open = summed(`
  select 'invoice ' || invoice_id as subject, currency, total - credit_applied - credited as amount from billing.invoices
  union all select 'invoice-payment ' || payment_id, currency, -allocations.amount
  from billing.allocations join billing.payments using (payment_id) where state = 'applied'`);

/** What customers have credit for, as a liability: below zero. */
const credit = summed(`
  select coalesce('invoice ' || credit_entries.invoice_id, 'invoice ' || credit_notes.invoice_id,
    'invoice-' || replace(entry_id, '/', ' ')) as subject, currency, -amount as amount
  from billing.credit_entries left join billing.credit_notes on entry_id = 'credit-note/' || credit_note_id`);

const books =
  '`ledger completeness` names the event; a dead letter of it is replayed, what is lost is brought back by `npm run recover-ledger`.';
const inFlight = ['workflows', 'ledger'] as const;

/** What must hold of invoices in the books, the balances of customers and the mails. */
export const invoiceBooksEquations: Equations = {
  'ledger: receivable = open invoices': {
    sides: money(balanceOf('1200'), open),
    carriers: inFlight,
    means: 'What the books have as receivable is what is open.',
    remedy: books,
  },
  'ledger: customer credit = credit of customers': {
    sides: money(balanceOf('2300'), credit),
    carriers: inFlight,
    means: 'What the books owe to customers is their credit.',
    remedy: books,
  },
  'customers: balances other than what is open less credit = 0': {
    sides: none(
      `'customer ' || customer_id`,
      `(
        select customer_id, currency, sum(amount) as amount from customers.balance_changes group by 1, 2
      ) as balance full join (
        select customer_id, currency, sum(amount) as amount from (
          select customer_id, currency, total - allocated - credit_applied - credited as amount from billing.invoices
          union all select customer_id, currency, -amount from billing.credit_entries
        ) as part group by 1, 2
      ) as owed using (customer_id, currency)
      where coalesce(balance.amount, 0) <> coalesce(owed.amount, 0)`,
    ),
    carriers: ['workflows', 'customers'],
    means: 'The balance of a customer is what is open less their credit.',
    remedy: 'See the dead letters of `customers.events.v1`, and whether `customers-consumer` runs.',
  },
  'ledger: tax payable = tax of invoices - of credit notes': {
    sides: money(
      balanceAbout('2200', 'invoice'),
      summed(`
        select 'invoice ' || invoice_id as subject, currency, -tax as amount from billing.invoices
        union all select 'invoice ' || invoice_id, currency, credit_notes.tax
        from billing.credit_notes join billing.invoices using (invoice_id)`),
    ),
    carriers: inFlight,
    means: 'The tax that is owed for an invoice is that of what was not taken back.',
    remedy: books,
  },
  'ledger: revenue = invoices, net': {
    sides: money(
      balanceAbout('4000', 'invoice'),
      `select 'invoice ' || invoice_id as subject, currency, -net as amount from billing.invoices`,
    ),
    carriers: inFlight,
    means: 'The revenue of an invoice is its net amount.',
    remedy: books,
  },
  'ledger: returns = credit notes, net': {
    sides: money(
      balanceAbout('4900', 'invoice'),
      `select 'invoice ' || invoice_id as subject, currency, sum(credit_notes.net) as amount
       from billing.credit_notes join billing.invoices using (invoice_id) group by 1, 2`,
    ),
    carriers: inFlight,
    means: 'Returns are what credit notes have taken back.',
    remedy: books,
  },
  'ledger: cash = transfers - salaries and bills that are paid': {
    sides: money(
      balanceOf('1000'),
      `select 'invoice-payment ' || payment_id as subject, currency, amount from billing.payments
       where method = 'transfer' and state = 'applied'
       union all select 'payroll ' || group_id || '.' || period, currency, returned - paid from payroll.audited_runs
       union all select 'bill ' || bill_id, currency, -sum(bill_payments.amount)
       from purchasing.bill_payments join purchasing.bills using (bill_id) group by 1, 2`,
    ),
    carriers: inFlight,
    means:
      'What the bank has is what was transferred, less the salaries that have not come back and the bills that were paid.',
    remedy: books,
  },
  'ledger: invoice journals = invoices': {
    sides: counts(
      journals('billing.invoice.created.v1'),
      `select 'invoice ' || invoice_id as subject, 1 as amount from billing.invoices`,
    ),
    carriers: inFlight,
    means: 'Every invoice is in the books once.',
    remedy: books,
  },
  'ledger: payment journals = applied payments of invoices': {
    sides: counts(
      journals('billing.payment.received.v1'),
      `select 'invoice-payment ' || payment_id as subject, 1 as amount from billing.payments where state = 'applied'`,
    ),
    carriers: inFlight,
    means: 'Every payment of an invoice is in the books once.',
    remedy: books,
  },
  'mail: invoices but those on hold = different mails with one': {
    // The notifications remember a mail for a year.
    sides: counts(
      `select 'invoice ' || invoice_id as subject, 1 as amount from billing.invoices
       where mail_commanded_at > now() - interval '300 days'`,
      `select 'invoice ' || subject_id as subject, count(distinct mails.message_id) as amount
       from mail_sink.mails join notification.mails as sent using (message_id)
       where mails.template = 'invoice' and subject_kind = 'invoice' and sent_at > now() - interval '300 days' group by 1`,
    ),
    carriers: ['notification'],
    reads: 'mail sink',
    means: 'Every invoice was mailed once.',
    remedy: 'See the dead letters of `notification.commands.v1`, and whether `notification-consumer` runs.',
  },
};
