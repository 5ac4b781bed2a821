import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What purchase orders post: an approved order is a promise, not a debt, and reserves its total. */
export const purchasingPostings = {
  POApproved: postOrder,
  POClosed: postClosing,
} satisfies Postings;

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
