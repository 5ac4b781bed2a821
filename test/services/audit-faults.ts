import { faultsOfPurchases } from './audit-purchase-faults.ts';
import { type PlantedFault, postedTwice, withoutJournal } from './planted-fault.ts';
import { ofSalaries } from './salary-faults.ts';

const invoiceOf = (customerId: string) =>
  `(select invoice_id from billing.invoices where customer_id = '${customerId}' and community_id is not null)`;

const paymentOf = (order: string) => `event_type = 'checkout.payment.processed.v1' and subject_id = '${order}'`;

const captured = (intent: string, amount: number, currency: string) => `
  insert into payment_simulator.movements (kind, intent_id, amount, currency)
  values ('captured', '${intent}', ${amount}, '${currency}')`;

const ofOrders: readonly PlantedFault[] = [
  {
    fault: 'a journal was deleted',
    sql: `delete from ledger.journals where ${paymentOf('kept')}`,
    named: [
      'ledger: journals without entries, and entries without a journal = 0',
      'ledger: financial events = events with journals',
      'ledger: links of the chain that do not fit their journal = 0',
      'ledger: orders with a payment journal = completed orders that cost something',
    ],
  },
  {
    fault: 'a journal was deleted with all that is of it',
    sql: withoutJournal(paymentOf('kept')),
    named: [
      'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
      'ledger: revenue of orders = goods - discount',
      'ledger: tax payable = tax of completed orders - of completed refunds',
      'ledger: shipping revenue = shipping of completed orders - of completed refunds',
      'ledger: links of the chain that do not fit their journal = 0',
    ],
  },
  {
    fault: 'an entry was changed',
    sql: `update ledger.entries set debit = debit + 1 from ledger.journals
      where journals.journal_id = entries.journal_id and ${paymentOf('kept')} and account = '1050'`,
    named: [
      'ledger: debits = credits',
      'ledger: assets - liabilities = income - expenses',
      'ledger: links of the chain that do not fit their journal = 0',
      'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
    ],
  },
  {
    fault: 'a journal was slipped in',
    sql: postedTwice(paymentOf('kept')),
    named: [
      'ledger: journals without a place in the chain = 0',
      'ledger: financial events = events with journals',
      'ledger: payment journals = completed orders that cost something',
    ],
  },
  {
    fault: 'a reservation is one too many',
    sql: `insert into inventory.reservations (reservation_id, state, was_reserved, expires_at)
      values ('ghost', 'active', true, now() - interval '1 hour');
      insert into inventory.reservation_lines values ('ghost', 'LAMP', 2)`,
    named: [
      'stock: reserved = pieces of active reservations',
      'stock: active reservations = 0',
      'stock: active ten minutes after they have expired = 0',
    ],
  },
  {
    fault: 'a piece is in no place',
    sql: `alter table inventory.stock drop constraint every_piece_is_somewhere;
      update inventory.stock set on_hand = on_hand - 1`,
    named: ['stock: received + restocked = on hand + committed'],
  },
  {
    fault: 'more was promised than there is',
    sql: `alter table inventory.stock drop constraint reserved_is_on_hand;
      update inventory.stock set reserved = on_hand + 1`,
    named: ['stock: products of which more is reserved than on hand = 0'],
  },
  {
    fault: 'fewer pieces were sent than ordered',
    sql: `update inventory.reservation_lines set quantity = 1 where reservation_id = 'kept'`,
    named: [
      'stock: committed = pieces of committed reservations',
      'stock: committed = pieces of completed orders',
      'stock: pieces reserved other than ordered = 0',
    ],
  },
  {
    fault: 'an order was left open',
    sql: `update orders.orders set state = 'pending', ended_at = null where order_id = 'kept'`,
    named: ['orders: pending = 0'],
  },
  {
    fault: 'the end of an order was told to nobody',
    sql: `update orders.orders set published_at = null where order_id = 'kept'`,
    named: ['orders: ended, but not published = 0'],
  },
  {
    fault: 'a checkout has a second order',
    sql: `update orders.orders set checkout_id = 'kept' where order_id = 'cancelled'`,
    named: ['orders: checkouts with more than one order = 0'],
  },
  {
    fault: 'a purchase is missing in the history',
    sql: `delete from customers.purchases where order_id = 'kept'`,
    named: ['orders: purchases = completed orders'],
  },
  {
    fault: 'an authorization was left open',
    sql: `delete from payment_simulator.movements where kind = 'voided'`,
    named: ['money: authorized = captured + voided'],
  },
  {
    fault: 'an order was charged twice',
    sql: captured('pi_kept', 5_832, 'usd'),
    named: [
      'money: captures for one order <= 1',
      'money: completed orders with captured <> total = 0',
      'money: captured - refunded = completed orders - completed refunds',
    ],
  },
  {
    fault: 'a capture has no order',
    sql: `insert into payment_simulator.payment_intents (id, status, amount, currency, metadata)
      values ('pi_ghost', 'succeeded', 100, 'usd', '{"checkout_id": "ghost"}');
      ${captured('pi_ghost', 100, 'usd')}`,
    named: [
      'money: captured - refunded = completed orders - completed refunds',
      'ledger: provider clearing = captured - refunded - disputed - fees of disputes',
    ],
  },
  {
    fault: 'the mail about an order is missing',
    sql: `delete from mail_sink.mails where checkout_id = 'kept'`,
    named: ['mail: orders that ended = different mails'],
  },
  {
    fault: 'a mail was sent twice',
    sql: `insert into mail_sink.mails (message_id, template, checkout_id, sender, recipients, subject, text_body, raw)
      select message_id, template, checkout_id, sender, recipients, subject, text_body, raw from mail_sink.mails
      where checkout_id = 'kept'`,
    named: ['mail: mails that came twice = 0'],
  },
];

const ofRefunds: readonly PlantedFault[] = [
  {
    fault: 'more came back to the shelf than was refunded',
    sql: 'update inventory.stock set restocked = restocked + 1, on_hand = on_hand + 1',
    named: ['stock: restocked = pieces of the refunds that came back'],
  },
  {
    fault: 'a refund was left open',
    sql: `update orders.refunds set state = 'requested', ended_at = null`,
    named: ['refunds: requested = 0', 'money: refunded for completed orders = completed refunds'],
  },
  {
    fault: 'a refund was told to nobody',
    sql: 'update orders.refunds set published_at = null',
    named: ['refunds: completed, but not published = 0'],
  },
  {
    fault: 'more was given back than the order cost',
    sql: 'update orders.refunds set goods = goods + 10000, total = total + 10000',
    named: [
      'refunds: orders with more given back than they cost = 0',
      'ledger: returns = goods - discount of completed refunds',
    ],
  },
  {
    fault: 'a piece was refunded twice',
    sql: 'update orders.refund_lines set quantity = 3',
    named: ['refunds: orders with more pieces refunded than bought = 0'],
  },
  {
    fault: 'money was paid back that was never taken',
    sql: `insert into payment_simulator.movements (kind, intent_id, amount, currency) values ('refunded', 'pi_cancelled', 100, 'usd')`,
    named: ['money: orders with refunded > captured = 0', 'money: cancelled orders with captured <> refunded = 0'],
  },
  {
    fault: 'the journal of a refund is missing',
    sql: withoutJournal(`event_type = 'checkout.order.refunded.v1'`),
    named: ['ledger: refund journals = completed refunds'],
  },
  {
    fault: 'the mail about a refund is missing',
    sql: `delete from mail_sink.mails where template = 'order-refunded'`,
    named: ['mail: completed refunds = different mails about refunds'],
  },
  {
    fault: 'a dispute is not in the books',
    sql: withoutJournal(`event_type = 'provider.dispute.opened.v1' and subject_id = 'disputed'`),
    named: ['ledger: disputed funds = disputes that are open', 'ledger: dispute fees = fees of disputes'],
  },
  {
    fault: 'a dispute was lost, and the books do not know',
    sql: withoutJournal(`event_type = 'provider.dispute.closed.v1'`),
    named: ['ledger: dispute losses = disputes that were lost'],
  },
];

const ofInvoices: readonly PlantedFault[] = [
  {
    fault: 'the number of an invoice is missing',
    sql: `update billing.invoices set number = number + 1 where number = (select max(number) from billing.invoices)`,
    named: [
      'invoices: numbers = the last number',
      'invoices: the last number of a series other than that of its rows = 0',
    ],
  },
  {
    fault: 'the number of a credit note is missing',
    sql: 'update billing.credit_notes set number = 7',
    named: ['invoices: numbers of credit notes = the last one'],
  },
  {
    fault: 'an allocation is too large',
    sql: `update billing.allocations set amount = amount + 1 where payment_id = 'p-card'`,
    named: [
      'invoices: with other parts than their payments say = 0',
      'invoices: payments with other parts than they are of = 0',
      'ledger: receivable = open invoices',
    ],
  },
  {
    fault: 'an invoice was paid twice',
    sql: `alter table billing.invoices drop constraint claims_are_at_most_what_is_open;
      update billing.invoices set allocated = 2 * total where invoice_id = 'by-card'`,
    named: ['invoices: with more paid, claimed and credited than they cost = 0'],
  },
  {
    fault: 'credit came from nowhere',
    sql: `update billing.credit_entries set amount = amount + 5 where entry_id = 'payment/p-transfer'`,
    named: [
      'ledger: customer credit = credit of customers',
      'customers: balances other than what is open less credit = 0',
    ],
  },
  {
    fault: 'credit was used of which nobody knows where it came from',
    sql: 'delete from billing.credit_uses',
    named: ['invoices: entries of credit with other uses than their amount = 0'],
  },
  {
    fault: 'an invoice has forgotten what credit has paid',
    sql: `update billing.invoices set credit_applied = credit_applied - 1 where invoice_id = 'open'`,
    named: ['invoices: with other credit than its entries say = 0'],
  },
  {
    fault: 'an invoice was lowered without a note',
    sql: `update billing.invoices set credited = credited + 1 where invoice_id = 'open'`,
    named: ['invoices: with other credit notes than taken off = 0'],
  },
  {
    fault: 'an invoice was never mailed',
    sql: `update billing.invoices set mail_commanded_at = null where invoice_id = 'open'`,
    named: ['invoices: neither mailed nor on hold = 0'],
  },
  {
    fault: 'a claim was left over',
    sql: `insert into billing.payments (payment_id, method, state, customer_id, currency, amount)
      values ('p-left', 'card', 'claimed', 'c-1', 'EUR', 100);
      insert into billing.allocations values ('p-left', 'open', 100);
      update billing.invoices set claimed = claimed + 100 where invoice_id = 'open'`,
    named: ['invoices: payments under way = 0'],
  },
  {
    fault: 'a payment of an invoice was charged twice',
    sql: captured('pi_p-card', 10_800, 'eur'),
    named: [
      'money: captures for one payment of an invoice <= 1',
      'money: taken for invoices = applied payments by card',
    ],
  },
  {
    fault: 'the journal of an invoice is missing',
    sql: withoutJournal(`event_type = 'billing.invoice.created.v1' and subject_id = 'open'`),
    named: [
      'ledger: invoice journals = invoices',
      'ledger: receivable = open invoices',
      'ledger: revenue = invoices, net',
      'ledger: tax payable = tax of invoices - of credit notes',
    ],
  },
  {
    fault: 'the journal of a credit note is missing',
    sql: withoutJournal(`event_type = 'billing.credit-note.issued.v1'`),
    named: ['ledger: returns = credit notes, net', 'ledger: customer credit = credit of customers'],
  },
  {
    fault: 'the journal of a transfer is missing',
    sql: withoutJournal(`event_type = 'billing.payment.received.v1' and subject_id = 'p-transfer'`),
    named: [
      'ledger: cash = transfers - salaries and bills that are paid',
      'ledger: payment journals = applied payments of invoices',
    ],
  },
  {
    fault: 'the mail with an invoice is missing',
    sql: `delete from mail_sink.mails where message_id = '<open>'`,
    named: ['mail: invoices but those on hold = different mails with one'],
  },
  {
    fault: 'a reminder came on the day on which the invoice is due',
    sql: `update billing.reminders set reminded_at = '2026-04-01T12:00:00Z' where invoice_id = ${invoiceOf('payer')}`,
    named: ['invoices: reminders beside the three days before they are due = 0'],
  },
  {
    fault: 'a reminder came for an invoice that was paid',
    sql: `with payment as (
        insert into billing.payments (payment_id, method, state, currency, amount, account, bank_reference, received_on, created_at, ended_at)
        values ('p-early', 'transfer', 'applied', 'EUR', 10800, 'DE02', 'early', '2026-03-10', '2026-03-10', '2026-03-10')
        returning payment_id
      ) insert into billing.allocations (payment_id, invoice_id, amount)
      select payment_id, ${invoiceOf('payer')}, (select total from billing.invoices where invoice_id = ${invoiceOf('payer')})
      from payment`,
    named: ['invoices: reminders of what was settled, claimed or on hold = 0'],
  },
  {
    fault: 'a sweep has passed over an invoice',
    sql: `delete from billing.reminders where invoice_id = ${invoiceOf('payer')}`,
    named: ['invoices: passed over by a sweep that was to remind of them = 0'],
  },
  {
    fault: 'a run was never closed',
    sql: `update billing.invoicing_runs set state = 'open', closed_at = null`,
    named: ['invoicing: runs under way = 0'],
  },
  {
    fault: 'a resident was left out',
    sql: `delete from billing.run_residents where customer_id = 'stranger';
      update communities.residents set updated_at = '2026-01-01' where customer_id = 'stranger'`,
    named: ['invoicing: billable residents whom the run of their month left out = 0'],
  },
  {
    fault: 'an invoice was issued to a resident who is said to owe nothing',
    sql: `update billing.run_residents set outcome = 'nothing-to-charge', invoice_id = null where customer_id = 'payer'`,
    named: [
      'invoicing: residents but failed and nothing to charge without an invoice, or others with one = 0',
      'invoicing: invoices of a month that no run has issued, or more than one = 0',
    ],
  },
];

const ofEvents: readonly PlantedFault[] = [
  ...['billing', 'communities'].map((keeper) => ({
    fault: `the copy of ${keeper} is stale`,
    sql: `update ${keeper}.customers_copy set name = 'Augusta' where customer_id = 'ada'`,
    named: [`users: accounts and rows of the copy of ${keeper} that differ = 0`],
  })),
  ...[
    ['billing', 'ledger'],
    ['billing', 'customers'],
    ['customers', 'billing'],
    ['customers', 'communities'],
    ['purchasing', 'ledger'],
  ].map(([from, to]) => ({
    fault: `a dead letter of ${to} has vanished, of an event of ${from}`,
    sql: `delete from ${to}.inbox where message_id = (select message_id from ${from}.outbox
      where type in ('billing.invoice.created.v1', 'customers.user.changed.v1', 'purchasing.order.approved.v1') order by position limit 1)`,
    named: [`events: of ${from} that ${to} has neither handled nor parked = 0`],
  })),
  {
    fault: 'an event was written twice',
    sql: `insert into billing.outbox (message_id, subject, type, body)
      select message_id || '-again', subject, type, body from billing.outbox where type = 'billing.invoice.created.v1'`,
    named: ['events: of one invoice that were written twice = 0'],
  },
  {
    fault: 'a dead letter was given up by a hand that nobody knows',
    sql: `update dead_letters.dead_letters set state = 'replayed'`,
    named: ['dead letters: in another state than their last action says = 0'],
  },
];

export const plantedFaults: readonly PlantedFault[] = [
  ...ofOrders,
  ...ofRefunds,
  ...ofInvoices,
  ...ofSalaries,
  ...faultsOfPurchases,
  ...ofEvents,
];
