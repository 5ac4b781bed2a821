import { CancellationScope } from '@temporalio/workflow';
import type { PaymentId } from '../../../contracts/identifiers.ts';
import type { Reservation } from '../../../services/inventory/contract.ts';
import type { Order, RecalledOrder } from '../../../services/orders/contract.ts';
import type { Payment } from '../../../services/payments/contract.ts';
import { isGivenBack } from '../../kit/card-payment/payment.ts';
import { failure } from '../../kit/failure.ts';
import { untilFound } from '../../kit/until-answered.ts';
import type { CheckoutRequest } from '../contract.ts';
import {
  type AuthorizedCheckout,
  type OpenCheckout,
  type PayableCheckout,
  type PricedCheckout,
  paymentIdOf,
} from '../open-checkout.ts';
import { isSameRequest } from '../same-request.ts';
import { recordPlaced } from './place-order.ts';
import { recordReserved } from './reserve-stock.ts';

/** @throws {ApplicationFailure} `IdempotencyConflict` when what an earlier run has left came of another request */
export function requireSameRequest(request: CheckoutRequest, requestHash: string, known: RecalledOrder): void {
  if (!isSameRequest(known, requestHash, request.customerId)) {
    const message = `the checkout ${request.checkoutId} was placed before with other content; choose a new checkoutId`;
    throw failure('IdempotencyConflict', message, { field: 'checkoutId' });
  }
}

/**
 * The checkout as an earlier run has paid for it, if it has: it is past its pivot and only goes forward. What was recorded
 * then is recorded again, in the same order and so under the same event ids.
 */
export async function recallPaid(
  checkout: PricedCheckout,
  earlier: Order | undefined,
): Promise<AuthorizedCheckout | undefined> {
  if (!earlier) return undefined;
  // Who cancels meanwhile must not hear that the checkout is cancelled when it is paid for.
  const paid = await CancellationScope.nonCancellable(() => paymentOf(checkout, earlier));
  if (!paid) return undefined;
  recordPlaced(checkout);
  recordReserved(checkout);
  return { ...checkout, ...paid, isPaid: true };
}

async function paymentOf(
  checkout: OpenCheckout,
  { state, paymentId }: Order,
): Promise<{ readonly paymentId?: PaymentId } | undefined> {
  if (state === 'completed') return paymentId ? { paymentId } : {};
  const captured = (await recallPayments(checkout)).filter((payment) => payment.state === 'captured');
  const paid = captured.find((payment) => !isGivenUp(payment)) ?? captured.at(-1);
  if (!paid || (isGivenUp(paid) && !(await hasLeftTheShelf(checkout)))) return undefined;
  return { paymentId: paid.paymentId };
}

/** The stock leaves after the capture only: an order whose stock has left is sold, whatever was given back of it since. */
async function hasLeftTheShelf(checkout: OpenCheckout): Promise<boolean> {
  return (await recallReservation(checkout))?.state === 'committed';
}

/** The reservation that an earlier run has made, if it has. */
export const recallReservation = ({ reservationId, calls, operator }: OpenCheckout): Promise<Reservation | undefined> =>
  untilFound(operator, 'recall the reservation', () => calls.findReservation(reservationId));

/** The number of the first payment that an earlier run has not given up. */
export async function firstAttempt(checkout: PayableCheckout): Promise<number> {
  if (!checkout.earlier) return 1;
  const payments = await recallPayments(checkout);
  const open = payments.findIndex((payment) => !isGivenUp(payment));
  return (open === -1 ? payments.length : open) + 1;
}

/** The payments that earlier runs have made, one for each card, in their order. */
export async function recallPayments({ checkoutId, calls, operator }: OpenCheckout): Promise<Payment[]> {
  const payments: Payment[] = [];
  for (let attempt = 1; ; attempt++) {
    const paymentId = paymentIdOf(checkoutId, attempt);
    const payment = await untilFound(operator, 'recall the payments', () => calls.findPayment(paymentId));
    if (!payment) return payments;
    payments.push(payment);
  }
}

/** Whether nothing of the payment is left: it was voided, or all that was captured has been given back. */
const isGivenUp = (payment: Payment): boolean =>
  payment.state === 'voided' || (payment.state === 'captured' && isGivenBack(payment));
