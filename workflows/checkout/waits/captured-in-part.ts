import type { PaymentId } from '../../../contracts/identifiers.ts';
import { refusals } from '../../../contracts/refusals.ts';
import { failure } from '../../kit/failure.ts';
import type { PricedCheckout } from '../open-checkout.ts';
import { isGivenBackInPart } from '../payment.ts';
import { renewReservation } from '../steps/reserve-stock.ts';
import { waitFor } from './wait-for.ts';

const what = 'give back the part that was captured';

/**
 * Less than the order costs was captured at the provider. An order is never completed on a part: an operator gives the
 * part back at the provider, or says that the checkout is to do so.
 *
 * @returns when the payment turned out to be whole after all
 * @throws {ApplicationFailure} `CapturedInPart` once the part was given back or is to be
 */
export async function decideAboutPart(checkout: PricedCheckout, paymentId: PaymentId): Promise<void> {
  const message = `only a part of the payment ${paymentId} was captured; settle it to have the part given back`;
  const waitingFor = { who: 'operator', message } as const;
  const isWhole = await waitFor(checkout, { state: 'payment-unknown', answer: 'pending', waitingFor }, () =>
    checkout.operator.untilSettled(what, async () => {
      await renewReservation(checkout);
      const payment = await checkout.calls.findPayment(paymentId);
      const { state } = payment;
      if (state === 'captured_in_part' && !isGivenBackInPart(payment)) throw failure(refusals.CapturedInPart, message);
      return state === 'captured';
    }),
  );
  if (!isWhole)
    throw failure(refusals.CapturedInPart, `the part of the payment ${paymentId} that was captured is given back`);
}
