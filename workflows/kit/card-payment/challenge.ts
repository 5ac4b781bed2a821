import { refusals } from '../../../contracts/refusals.ts';
import type { Payment } from '../../../services/payments/contract.ts';
import { failure } from '../failure.ts';
import { instant } from '../instant.ts';
import type { Card } from './calls.ts';
import type { CardPaymentHost } from './host.ts';
import { paymentNews } from './payment-news.ts';

const longest = 15 * 60_000;

/**
 * The bank wants to know that it is the customer who pays (3-D Secure): they confirm the payment on the bank's page.
 *
 * @throws {ApplicationFailure} `ChallengeExpired` when they did not within 15 minutes; `AuthenticationFailed` or a decline,
 * as the bank says
 */
export function challenge(host: CardPaymentHost, card: Card, url: string | undefined): Promise<Payment> {
  const until = Math.min(Date.now() + longest, host.deadline);
  const message = 'confirm the payment to the bank';
  const waitingFor = { who: 'customer', message, until: instant(until), url } as const;
  return host.waitFor({ state: 'needs-action', waitingFor }, async () => {
    const payment = await paymentNews(host, card, { while: 'requires_action', until });
    if (payment) return payment;
    throw failure(refusals.ChallengeExpired, 'the payment was not confirmed to the bank in time; nothing was charged');
  });
}
