import { refusals } from '../../../contracts/refusals.ts';
import type { Payment } from '../../../services/payments/contract.ts';
import { failure } from '../failure.ts';
import { instant } from '../instant.ts';
import { reasonOf } from '../reason.ts';
import type { Card } from './calls.ts';
import type { CardPaymentHost } from './host.ts';
import { authorizedPayment } from './payment.ts';
import { paymentNews } from './payment-news.ts';

const longest = 24 * 60 * 60_000;

/**
 * The payment is held until a person has reviewed it: through our update, or at the provider's.
 *
 * @throws {ApplicationFailure} `ReviewRefused`, or `ReviewExpired` when there was no decision within 24 hours
 */
export function review(host: CardPaymentHost, card: Card): Promise<Payment> {
  const { conversation, operator } = host;
  const until = Date.now() + longest;
  const message = `review the payment ${card.paymentId} (update \`decideReview\`)`;
  const waitingFor = { who: 'reviewer', message, until: instant(until) } as const;
  return host.waitFor({ state: 'in-review', waitingFor }, async () => {
    const decided = await paymentNews(host, card, {
      while: 'in_review',
      until,
      isDecided: () => conversation.review !== undefined,
    }).catch((error: unknown) => {
      // The provider cancels what its own reviewer refuses.
      if (reasonOf(error).type === 'PaymentCancelled') throw refused('at the provider');
      throw error;
    });
    if (decided) return decided;
    if (!conversation.review) {
      throw failure(
        refusals.ReviewExpired,
        'the payment was not reviewed in time; what was held on the card is released',
      );
    }
    if (conversation.review.decision === 'refuse') throw refused('by a reviewer');
    // Resolved manually, it is as the provider says.
    return (await operator.untilResolved('approve the review', () => approve(host, card))) ?? authorizedPayment(card);
  });
}

/** A payment that was captured at the provider in the meantime needs no approval. */
async function approve({ calls }: CardPaymentHost, card: Card): Promise<Payment> {
  try {
    return await calls.approveReview(card.paymentId);
  } catch (error) {
    if (reasonOf(error).type !== 'InvalidState') throw error;
    const payment = await calls.getPayment(card);
    if (payment.state === 'in_review') throw error;
    return payment;
  }
}

const refused = (where: string) =>
  failure(refusals.ReviewRefused, `the payment was refused ${where}; what was held on the card is released`);
