import { balanceOf, byCurrency, equal, none } from './sql.ts';

/** All that the provider took or gave back, disputes and their fees among it, by currency. */
const held = `(
  select upper(currency) as currency, sum(case
    when kind in ('captured', 'reinstated', 'dispute_fee_returned') then amount
    when kind in ('refunded', 'disputed', 'dispute_fee') then -amount
    else 0 end)::bigint as amount
  from payment_simulator.movements group by 1
)`;

/** What must hold of the books and the mails, whatever they are about. */
export const booksEquations = {
  'ledger: debits = credits': `
    select currency, coalesce(sum(debit), 0)::bigint as left, coalesce(sum(credit), 0)::bigint as right
    from ledger.entries group by 1`,
  'ledger: journals with debits <> credits = 0': none(`(
    select from ledger.entries group by journal_id, currency
    having sum(coalesce(debit, 0)) <> sum(coalesce(credit, 0))
  ) as journal`),
  'ledger: provider clearing = captured - refunded - disputed - fees of disputes': byCurrency(
    balanceOf('1050'),
    `select currency, amount from ${held} as held`,
  ),
  'ledger: financial events = events with journals': equal(
    `select count(*) from ledger.inbox`,
    `select count(distinct event_id) from ledger.journals`,
  ),
  'mail: mails that came twice = 0': `
    select count(*) - count(distinct message_id) as left, 0 as right from mail_sink.mails`,
};
