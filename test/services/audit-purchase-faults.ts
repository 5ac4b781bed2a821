import { type PlantedFault, withoutJournal } from './planted-fault.ts';

const unapproved = 'purchasing: approved without the roles of their version, each by a person who has written none = 0';

/** What can be wrong with purchase orders, budgets and bills. */
export const faultsOfPurchases: readonly PlantedFault[] = [
  {
    fault: 'the journal of an approved order is missing',
    sql: withoutJournal(`event_type = 'purchasing.order.approved.v1' and subject_id = 'po-open'`),
    named: [
      'ledger: encumbrance = approved orders - released',
      'ledger: reserve for encumbrance = released - approved orders',
    ],
  },
  {
    fault: 'the journal of a bill is missing',
    sql: withoutJournal(`event_type = 'purchasing.bill.created.v1' and subject_id = 'bill-1'`),
    named: [
      'ledger: payable = open bills',
      'ledger: expense = accepted bills, net',
      'ledger: tax of bills = accepted bills, tax',
    ],
  },
  {
    fault: 'an order was amended after it was approved',
    sql: `update purchasing.orders set authors = authors || 'mary'::text where po_id = 'po-open'`,
    named: [unapproved],
  },
  {
    fault: 'an order above the limit has one approval',
    sql: `update purchasing.orders set approvals = jsonb_build_array(approvals -> 0) where po_id = 'po-open'`,
    named: [unapproved],
  },
  {
    fault: 'an order reserves what was billed',
    sql: `update purchasing.orders set released = 0 where po_id = 'po-open'`,
    named: ['purchasing: orders that release something else than their bills and their closing = 0'],
  },
  {
    fault: 'a bill was counted twice on its order',
    sql: `update purchasing.order_lines set received = received + 1, billed = billed + 1 where po_id = 'po-open'`,
    named: ['purchasing: lines of which something else is billed than their bills say, or more than has come = 0'],
  },
  {
    fault: 'an order was closed, and its budget was not given back',
    sql: `update purchasing.budgets set used = used + 1`,
    named: ['purchasing: budgets of which something else is used than their orders have = 0'],
  },
  {
    fault: 'who has entered a bill has paid it',
    sql: `update purchasing.bill_payments set recorded_by = 'berta'`,
    named: ['purchasing: bills that are paid otherwise than their payments say = 0'],
  },
  {
    fault: 'an order was deleted',
    sql: `delete from purchasing.orders where po_id = 'po-closed'`,
    named: ['purchasing: numbers of orders that are missing = 0'],
  },
];
