import type { CardPaymentHost } from '../kit/card-payment/host.ts';
import type { PricedCheckout } from './open-checkout.ts';
import { renewReservation } from './steps/reserve-stock.ts';
import { waitFor } from './waits/wait-for.ts';

/** What its card payments need of a checkout: while one is unknown, the stock stays reserved. */
export function cardPaymentOf(checkout: PricedCheckout): CardPaymentHost {
  const { calls, operator, paymentConversation, deadline } = checkout;
  return {
    calls,
    operator,
    conversation: paymentConversation,
    deadline,
    waitFor: (wait, run) => waitFor(checkout, wait, run),
    whileWaiting: () => renewReservation(checkout),
  };
}
