import { orderSubject } from '../../../contracts/subject.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What a checkout posts. */
export const checkoutPostings = { PaymentProcessed: postPayment } satisfies Postings;

/**
 * The sale and its settlement by the provider, in one journal: the receivable is opened by the sale and closed by the
 * money that the provider owes. Lines of nothing are left out.
 *
 * @throws {RangeError} for a payment of nothing, which no provider takes
 */
function postPayment({ data: { orderId, amounts } }: IntegrationEvent<'PaymentProcessed'>): [JournalDraft] {
  const { currency, goods, discount, shipping, tax, total } = amounts;
  if (total === 0) throw new RangeError('a payment moves more than nothing');
  return [
    {
      kind: 'payment',
      subject: orderSubject(orderId),
      lines: linesOf(currency, [
        ['debit', accounts.receivable, total],
        ['credit', accounts.revenue, goods - discount],
        ['credit', accounts.shippingRevenue, shipping],
        ['credit', accounts.taxPayable, tax],
        ['debit', accounts.providerClearing, total],
        ['credit', accounts.receivable, total],
      ]),
    },
  ];
}
