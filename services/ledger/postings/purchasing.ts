import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What purchase orders and bills post: an approved order is a promise, which reserves its total; an accepted bill is a debt. */
export const purchasingPostings = {
  POApproved: postOrder,
  POClosed: postClosing,
  BillCreated: postBill,
  BillPaid: postPayment,
} satisfies Postings;

const aboutBill = (billId: string) => ({ kind: 'bill', id: billId });
const aboutOrder = (poId: string) => ({ kind: 'purchase-order', id: poId });

function postOrder({ data: { poId, currency, total } }: IntegrationEvent<'POApproved'>): [JournalDraft] {
  requireSome(total, 'an order');
  return [
    {
      kind: 'purchase-order',
      subject: aboutOrder(poId),
      lines: linesOf(currency, [
        ['debit', accounts.encumbrance, total],
        ['credit', accounts.encumbranceReserve, total],
      ]),
    },
  ];
}

/** What was not billed is not reserved any more. */
function postClosing({ data: { poId, currency, released } }: IntegrationEvent<'POClosed'>): [JournalDraft] {
  requireSome(released, 'what is released of an order');
  return [releaseJournal('purchase-order-closed', { poId, currency, released })];
}

/** The debt, and beside it that what it is for is not reserved any more. */
function postBill({ data }: IntegrationEvent<'BillCreated'>): [JournalDraft, ...JournalDraft[]] {
  const { billId, poId, amounts, release } = data;
  const { currency, net, tax, total } = amounts;
  requireSome(total, 'a bill');
  const debt: JournalDraft = {
    kind: 'bill',
    subject: aboutBill(billId),
    lines: linesOf(currency, [
      ['debit', accounts.expense, net],
      ['debit', accounts.taxPayable, tax],
      ['credit', accounts.payable, total],
    ]),
  };
  if (!poId || release === 0) return [debt];
  return [debt, releaseJournal('purchase-order-billed', { poId, currency, released: release })];
}

function postPayment({ data: { billId, amounts, amount } }: IntegrationEvent<'BillPaid'>): [JournalDraft] {
  requireSome(amount, 'a payment');
  return [
    {
      kind: 'bill-payment',
      subject: aboutBill(billId),
      lines: linesOf(amounts.currency, [
        ['debit', accounts.payable, amount],
        ['credit', accounts.cash, amount],
      ]),
    },
  ];
}

function releaseJournal(
  kind: string,
  { poId, currency, released }: Pick<IntegrationEvent<'POClosed'>['data'], 'poId' | 'currency' | 'released'>,
): JournalDraft {
  return {
    kind,
    subject: aboutOrder(poId),
    lines: linesOf(currency, [
      ['debit', accounts.encumbranceReserve, released],
      ['credit', accounts.encumbrance, released],
    ]),
  };
}

function requireSome(amount: number, what: string): void {
  if (amount === 0) throw new RangeError(`${what} is of more than nothing`);
}
