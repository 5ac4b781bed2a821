import type { PaymentId } from '../../../contracts/identifiers.ts';
import { refusals } from '../../../contracts/refusals.ts';
import { failure } from '../failure.ts';
import type { CardPaymentHost } from './host.ts';
import { isGivenBackInPart } from './payment.ts';

const what = 'give back the part that was captured';

/**
 * Less than the payment's amount was captured at the provider. No process is completed on a part: an operator
 * gives the part back at the provider, or says that the process is to do so.
 *
 * @returns when the payment turned out to be whole after all
 * @throws {ApplicationFailure} `CapturedInPart` once the part was given back or is to be
 */
export async function decideAboutPart(host: CardPaymentHost, paymentId: PaymentId): Promise<void> {
  const message = `only a part of the payment ${paymentId} was captured; settle it to have the part given back`;
  const waitingFor = { who: 'operator', message } as const;
  const isWhole = await host.waitFor({ state: 'payment-unknown', waitingFor }, () =>
    host.operator.untilResolved(what, async () => {
      await host.whileWaiting?.();
      const payment = await host.calls.findPayment(paymentId);
      const { state } = payment;
      if (state === 'captured_in_part' && !isGivenBackInPart(payment)) throw failure(refusals.CapturedInPart, message);
      return state === 'captured';
    }),
  );
  if (!isWhole)
    throw failure(refusals.CapturedInPart, `the part of the payment ${paymentId} that was captured is given back`);
}
