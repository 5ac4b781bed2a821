import { balanceAbout, balanceOf, byCurrency, equal, none } from './sql.ts';

/** What a customer has credit for, by currency, as a liability: below zero. */
const credit = `select currency, -sum(amount) as amount from billing.credit_entries group by 1`;

/** What is still to be paid of invoices, by currency. */
const open = `select currency, sum(total - allocated - credit_applied - credited) as amount from billing.invoices group by 1`;

/** What the applied payments, and those that are in progress, have of each invoice. */
const parts = `(
  select invoice_id,
    coalesce(sum(allocations.amount) filter (where state = 'applied'), 0)::bigint as paid,
    coalesce(sum(allocations.amount) filter (where state = 'claimed'), 0)::bigint as claims
  from billing.allocations join billing.payments using (payment_id) group by 1
)`;

/** What the provider has taken for payments of invoices, which are of no checkout. */
const captured = `(
  select upper(movements.currency) as currency,
    sum(case kind when 'captured' then movements.amount when 'refunded' then -movements.amount else 0 end)::bigint as amount
  from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
  where metadata ->> 'checkout_id' is null
  group by 1
)`;

/** What must hold of invoices, their payments and their credit notes. */
export const invoiceEquations = {
  'invoices: numbers = the last number': equal(
    `select count(distinct number) from billing.invoices`,
    `select coalesce(max(number), 0)::bigint from billing.invoices`,
  ),
  'invoices: numbers of credit notes = the last one': equal(
    `select count(distinct number) from billing.credit_notes`,
    `select coalesce(max(number), 0)::bigint from billing.credit_notes`,
  ),
  'invoices: with other parts than their payments say = 0': none(`
    billing.invoices left join ${parts} as part using (invoice_id)
    where allocated <> coalesce(paid, 0) or claimed <> coalesce(claims, 0)`),
  'invoices: with other credit than its entries say = 0': none(`
    billing.invoices left join (
      select invoice_id, -sum(amount) as used from billing.credit_entries where invoice_id is not null group by 1
    ) as entry using (invoice_id)
    where credit_applied <> coalesce(used, 0)`),
  'invoices: entries of credit with other uses than their amount = 0': none(`
    billing.credit_entries
    left join (select entry_id, sum(amount) as taken from billing.credit_uses group by 1) as source using (entry_id)
    left join (
      select source_id as entry_id, sum(amount) as used from billing.credit_uses group by 1
    ) as use using (entry_id)
    where case when amount < 0 then coalesce(taken, 0) <> -amount else coalesce(used, 0) > amount end`),
  'invoices: with other credit notes than taken off = 0': none(`
    billing.invoices left join (
      select invoice_id, sum(to_invoice) as off, sum(total) as noted from billing.credit_notes group by 1
    ) as note using (invoice_id)
    where credited <> coalesce(off, 0) or coalesce(noted, 0) > total`),
  'invoices: payments with other parts than they are of = 0': none(`
    billing.payments left join (
      select payment_id, sum(amount) as parts from billing.allocations group by 1
    ) as part using (payment_id)
    where state = 'applied' and amount <> coalesce(parts, 0) + credit`),
  'invoices: neither mailed nor on hold = 0': none(`
    billing.invoices where mail_commanded_at is null and not exists (
      select from billing.customers_copy where customers_copy.customer_id = invoices.customer_id and status = 'banned'
    )`),
  'invoices: payments under way = 0': none(`billing.payments where state = 'claimed'`),
  'money: taken for invoices = applied payments by card': byCurrency(
    `select currency, amount from ${captured} as captured`,
    `select currency, sum(amount) as amount from billing.payments where method = 'card' and state = 'applied' group by 1`,
  ),
  'money: captures for one payment of an invoice <= 1': none(`(
    select from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
    where metadata ->> 'checkout_id' is null and kind = 'captured'
    group by metadata ->> 'workflow_id' having count(*) > 1
  ) as twice`),
  'ledger: receivable = open invoices': byCurrency(balanceOf('1200'), open),
  'ledger: customer credit = credit of customers': byCurrency(balanceOf('2300'), credit),
  'customers: balances other than what is open less credit = 0': none(`(
    select from (
      select customer_id, currency, sum(amount) as amount from customers.balance_changes group by 1, 2
    ) as balance full join (
      select customer_id, currency, sum(amount) as amount from (
        select customer_id, currency, total - allocated - credit_applied - credited as amount from billing.invoices
        union all select customer_id, currency, -amount from billing.credit_entries
      ) as part group by 1, 2
    ) as owed using (customer_id, currency)
    where coalesce(balance.amount, 0) <> coalesce(owed.amount, 0)
  ) as differing`),
  'ledger: tax payable = tax of invoices - of credit notes': byCurrency(
    balanceAbout('2200', 'invoice'),
    `select currency, -sum(tax) as amount from (
      select currency, tax from billing.invoices
      union all select currency, -credit_notes.tax from billing.credit_notes join billing.invoices using (invoice_id)
    ) as due group by 1`,
  ),
  'ledger: revenue = invoices, net': byCurrency(
    balanceAbout('4000', 'invoice'),
    `select currency, -sum(net) as amount from billing.invoices group by 1`,
  ),
  'ledger: returns = credit notes, net': byCurrency(
    balanceAbout('4900', 'invoice'),
    `select currency, sum(credit_notes.net) as amount from billing.credit_notes join billing.invoices using (invoice_id) group by 1`,
  ),
  'ledger: cash = transfers': byCurrency(
    balanceOf('1000'),
    `select currency, sum(amount) as amount from billing.payments
     where method = 'transfer' and state = 'applied' group by 1`,
  ),
  'ledger: invoice journals = invoices': equal(
    `select count(*) from ledger.journals where event_type = 'billing.invoice.created.v1'`,
    `select count(*) from billing.invoices`,
  ),
  'ledger: payment journals = applied payments of invoices': equal(
    `select count(*) from ledger.journals where event_type = 'billing.payment.received.v1'`,
    `select count(*) from billing.payments where state = 'applied'`,
  ),
  'mail: invoices but those on hold = different mails with one': equal(
    `select count(*) from billing.invoices where mail_commanded_at is not null`,
    `select count(distinct message_id) from mail_sink.mails where template = 'invoice'`,
  ),
};
