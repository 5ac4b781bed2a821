import { CancellationScope } from '@temporalio/workflow';
import type { InvoiceId, PaymentId } from '../../contracts/identifiers.ts';
import { voidThePayment } from '../kit/card-payment/authorize.ts';
import { decideAboutPart } from '../kit/card-payment/captured-in-part.ts';
import { isGivenBack } from '../kit/card-payment/payment.ts';
import { learnOutcome } from '../kit/card-payment/unknown-outcome.ts';
import { failureAsItWas } from '../kit/failure.ts';
import { reasonOf } from '../kit/reason.ts';
import { compensate, complete } from '../kit/run-process.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { apply, changeBalance } from './carry-through.ts';
import { cardPaymentIdOf, giveTheClaimUp, showClaimed } from './claimed.ts';
import type { InvoicePaymentRequest, InvoicePaymentResult } from './contract.ts';
import { type OpenPayment, openPayment } from './open-payment.ts';
import { paymentInterrupted } from './reasons.ts';

/** A payment that billing has a claim of. */
export interface ClaimedPayment {
  readonly paymentId: PaymentId;
  readonly invoiceId: InvoiceId;
}

/**
 * Takes over a payment that no workflow owns any more: applies it when the provider has taken the money, and otherwise voids it
 * and gives the claim up, so that the invoice can be paid. It runs under the payment's own workflow id, so there is never a
 * second owner.
 */
export async function recoverInvoicePayment({ paymentId, invoiceId }: ClaimedPayment): Promise<InvoicePaymentResult> {
  const open = openPayment({ paymentId, invoiceId } as InvoicePaymentRequest);
  // What is not taken is undone in any case.
  open.cancellation.close();
  return CancellationScope.nonCancellable(() => finish(open));
}

async function finish(open: OpenPayment): Promise<InvoicePaymentResult> {
  const { request, calls, operator, saga, host, ending } = open;
  const payment = await untilAnswered(operator, 'recall the payment', () =>
    calls.findInvoicePayment(request.paymentId),
  );
  showClaimed(open, payment);
  if (payment.state === 'failed') return compensate(ending, reasonOf(failureAsItWas(payment.reason)));
  const cardPaymentId = cardPaymentIdOf(request.paymentId);
  saga.register(giveTheClaimUp(open));
  saga.register(voidThePayment(host, cardPaymentId));
  if (payment.state !== 'applied') {
    try {
      if (!(await isTaken(open, cardPaymentId))) return await compensate(ending, paymentInterrupted);
    } catch (error) {
      return compensate(ending, reasonOf(error));
    }
  }
  return complete(ending, async () => changeBalance(open, await apply(open)));
}

/** @throws {ApplicationFailure} what an operator has said of a payment of which a part was taken, when it is not to be kept */
async function isTaken({ calls, operator, host }: OpenPayment, cardPaymentId: PaymentId): Promise<boolean> {
  const state = await learnOutcome(host, cardPaymentId);
  if (state === 'captured_in_part') {
    await decideAboutPart(host, cardPaymentId);
    return true;
  }
  if (state !== 'captured') return false;
  const payment = await untilAnswered(operator, 'learn what was given back', () => calls.findPayment(cardPaymentId));
  return !isGivenBack(payment);
}
