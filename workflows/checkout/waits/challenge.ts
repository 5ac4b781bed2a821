import { refusals } from '../../../contracts/refusals.ts';
import type { Payment } from '../../../services/payments/contract.ts';
import { failure } from '../../kit/failure.ts';
import type { PricedCheckout } from '../open-checkout.ts';
import { type Card, paymentNews } from './payment-news.ts';
import { instant, waitFor } from './wait-for.ts';

const longest = 15 * 60_000;

/**
 * The bank wants to know that it is the customer who pays (3-D Secure): they confirm the payment on the bank's page.
 *
 * @throws {ApplicationFailure} `ChallengeExpired` when they did not within 15 minutes; `AuthenticationFailed` or a decline,
 * as the bank says
 */
export function challenge(checkout: PricedCheckout, card: Card, url: string | undefined): Promise<Payment> {
  const until = Math.min(Date.now() + longest, checkout.deadline);
  const message = 'confirm the payment to the bank';
  const waitingFor = { who: 'customer', message, until: instant(until), url } as const;
  return waitFor(checkout, { state: 'needs-action', answer: 'needs-action', waitingFor }, async () => {
    const payment = await paymentNews(checkout, card, { while: 'requires_action', until });
    if (payment) return payment;
    throw failure(refusals.ChallengeExpired, 'the payment was not confirmed to the bank in time; nothing was charged');
  });
}
