import type { Equations } from '../equation.ts';
import { balanceAbout, balanceOf, money, none } from './sql.ts';

/** What an approved order still reserves, in both accounts on their own side. */
const reserved = (sign: '' | '-') => `
  select 'purchase-order ' || po_id as subject, currency, ${sign}(total - released) as amount
  from purchasing.orders join purchasing.order_versions using (po_id, version) where approved_at is not null`;

const accepted = (amount: string) => `
  select 'bill ' || bill_id as subject, currency, ${amount} as amount from purchasing.bills where accepted_at is not null`;

const books = '`ledger completeness` names the event; a dead letter of it is replayed, what is lost is recovered.';
const beside =
  'It was changed by no operation of the service: find out by whom, and correct it in a migration that says so.';
const inFlight = ['ledger'] as const;

/** What must hold of purchase orders, budgets and the bills of vendors. */
export const purchasingEquations: Equations = {
  'ledger: encumbrance = approved orders - released': {
    sides: money(balanceOf('9100'), reserved('')),
    carriers: inFlight,
    means: 'The books reserve what is approved and neither billed nor given up.',
    remedy: books,
  },
  'ledger: reserve for encumbrance = released - approved orders': {
    sides: money(balanceOf('9200'), reserved('-')),
    carriers: inFlight,
    means: 'Both accounts of a reservation are the same.',
    remedy: books,
  },
  'ledger: payable = open bills': {
    sides: money(balanceOf('2100'), accepted('paid - net - tax')),
    carriers: inFlight,
    means: 'What the books owe to vendors is what is open of their bills.',
    remedy: books,
  },
  'ledger: expense = accepted bills, net': {
    sides: money(balanceOf('5100'), accepted('net')),
    carriers: inFlight,
    means: 'The expense of a bill is its net amount.',
    remedy: books,
  },
  'ledger: tax of bills = accepted bills, tax': {
    sides: money(balanceAbout('2200', 'bill'), accepted('tax')),
    carriers: inFlight,
    means: 'The tax of a bill is deducted once it is accepted.',
    remedy: books,
  },
  'purchasing: approved without the roles of their version, each by a person who has written none = 0': {
    // Of two roles each has one who may decide for it, and both together have two: then each has one of their own.
    sides: none(
      `'purchase-order ' || po_id`,
      `purchasing.orders join purchasing.order_versions using (po_id, version)
       cross join lateral (
         select count(distinct approval ->> 'by') as people, array_agg(distinct held ->> 'role') as roles
         from jsonb_array_elements(approvals) as approval, jsonb_array_elements(approval -> 'roles') as held
         where approval ->> 'version' = version::text and not approval ->> 'by' = any (authors)
           and (approval ->> 'at')::timestamptz <= approved_at and held ->> 'role' = any (required)
       ) as given
       where approved_at is not null and (people < cardinality(required) or not roles @> required)`,
    ),
    means: 'What was approved has the approvals that it takes.',
    remedy: 'The service refuses such an approval: find out who has changed its tables, and close the order.',
  },
  'purchasing: orders that release something else than their bills and their closing = 0': {
    sides: none(
      `'purchase-order ' || po_id`,
      `purchasing.orders join purchasing.order_versions using (po_id, version)
       where approved_at is not null and released <> case when state = 'closed' then total else (
         select coalesce(sum(release), 0) from purchasing.bills where bills.po_id = orders.po_id and accepted_at is not null
       ) end`,
    ),
    means: 'What is billed is not reserved any more, and nothing of a closed order is.',
    remedy: beside,
  },
  'purchasing: lines of which something else is billed than their bills say, or more than has come = 0': {
    sides: none(
      `'purchase-order ' || po_id`,
      `purchasing.orders join purchasing.order_lines using (po_id, version)
       where billed > received or received > quantity or billed <> (
         select coalesce(sum((entry ->> 'quantity')::bigint), 0)
         from purchasing.bills, jsonb_array_elements(lines) as entry
         where bills.po_id = orders.po_id and accepted_at is not null and (entry ->> 'line')::int = line
       )`,
    ),
    means: 'No more is billed than has come, and no more has come than was ordered.',
    remedy: beside,
  },
  'purchasing: budgets of which something else is used than their orders have = 0': {
    sides: none(
      `'budget ' || budget_id`,
      `purchasing.budgets where used <> (
         select coalesce(sum(reserved), 0) from purchasing.orders where orders.budget_id = budgets.budget_id
       )`,
    ),
    means: 'A budget is used by the orders that have reserved it.',
    remedy: beside,
  },
  'purchasing: bills that are paid otherwise than their payments say = 0': {
    sides: none(
      `'bill ' || bill_id`,
      `purchasing.bills where paid <> (
         select coalesce(sum(amount), 0) from purchasing.bill_payments
         where bill_payments.bill_id = bills.bill_id and recorded_by <> entered_by
       )`,
    ),
    means: 'What is paid of a bill was recorded, by who has not entered it.',
    remedy: beside,
  },
  'purchasing: numbers of orders that are missing = 0': {
    sides: none(
      `'purchase-order number ' || missing`,
      `purchasing.number_series, generate_series(1, last_number) as missing
       where series = 'purchase-order' and not exists (select from purchasing.orders where number = missing)`,
    ),
    means: 'The numbers of orders have no gap.',
    remedy: beside,
  },
};
