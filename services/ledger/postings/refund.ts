import { orderSubject } from '../../../contracts/subject.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What refunds post: ours, and those that were made at the provider. */
export const refundPostings = { OrderRefunded: postRefund, ProviderRefunded: postRefund } satisfies Postings;

/**
 * What a refund takes back of the sale, by us or at the provider, against what the provider owes. The goods go to returns, so that the revenue shows
 * all that was sold. Lines of nothing are left out.
 *
 * @throws {RangeError} for a refund of nothing, which no provider makes
 */
function postRefund({
  data: { orderId, amounts },
}: IntegrationEvent<'OrderRefunded' | 'ProviderRefunded'>): [JournalDraft] {
  const { currency, goods, discount, shipping, tax, total } = amounts;
  if (total === 0) throw new RangeError('a refund moves more than nothing');
  return [
    {
      kind: 'refund',
      subject: orderSubject(orderId),
      lines: linesOf(currency, [
        ['debit', accounts.returns, goods - discount],
        ['debit', accounts.shippingRevenue, shipping],
        ['debit', accounts.taxPayable, tax],
        ['credit', accounts.providerClearing, total],
      ]),
    },
  ];
}
