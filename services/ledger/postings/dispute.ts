import { orderSubject } from '../../../contracts/subject.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What disputes post. */
export const disputePostings = {
  DisputeOpened: postDisputeOpened,
  DisputeClosed: postDisputeClosed,
} satisfies Postings;

/**
 * What the provider has withdrawn for a dispute: the money is an asset still, until the bank decides; the fee is gone.
 *
 * @throws {RangeError} for a dispute that has withdrawn nothing
 */
function postDisputeOpened({ data }: IntegrationEvent<'DisputeOpened'>): [JournalDraft] {
  const { currency, amount, fee } = data;
  if (amount === 0) throw new RangeError('a dispute withdraws more than nothing');
  return [
    {
      kind: 'dispute-opened',
      subject: orderSubject(data.orderId),
      lines: linesOf(currency, [
        ['debit', accounts.disputedFunds, amount],
        ['debit', accounts.disputeFees, fee],
        ['credit', accounts.providerClearing, amount + fee],
      ]),
    },
  ];
}

/**
 * How a dispute has ended: the money is back at the provider, or lost.
 *
 * @throws {RangeError} for a dispute that has withdrawn nothing
 */
function postDisputeClosed({ data }: IntegrationEvent<'DisputeClosed'>): [JournalDraft] {
  const { currency, amount, feeReturned, outcome } = data;
  if (amount === 0) throw new RangeError('a dispute withdraws more than nothing');
  return [
    {
      kind: 'dispute-closed',
      subject: orderSubject(data.orderId),
      lines: linesOf(currency, [
        ['debit', outcome === 'won' ? accounts.providerClearing : accounts.disputeLosses, amount],
        ['debit', accounts.providerClearing, feeReturned],
        ['credit', accounts.disputedFunds, amount],
        ['credit', accounts.disputeFees, feeReturned],
      ]),
    },
  ];
}
