import { CancellationScope } from '@temporalio/workflow';
import type { Cancellation } from '../../../services/orders/contract.ts';
import { voidThePayment } from '../../kit/card-payment/authorize.ts';
import { type PricedCheckout, paymentIdOf } from '../open-checkout.ts';
import { recallPayments, recallReservation } from './earlier-run.ts';
import { cancelTheOrder, recordPlaced } from './place-order.ts';
import { recordReserved, releaseTheStock } from './reserve-stock.ts';
import { tellAgain } from './tell-again.ts';

/**
 * Takes over what an earlier run has begun and not paid for: however far this run gets, all of it is undone with it, and
 * what the earlier run may have told is told in the same order, and so under the same event ids.
 */
export function inherit(checkout: PricedCheckout): Promise<void> {
  const { saga } = checkout;
  return CancellationScope.nonCancellable(async () => {
    recordPlaced(checkout);
    saga.register(cancelTheOrder(checkout));
    const reservation = await recallReservation(checkout);
    if (reservation?.wasReserved) recordReserved(checkout);
    saga.register(releaseTheStock(checkout));
    await inheritPayments(checkout);
  });
}

/**
 * Takes over an order that an earlier run has cancelled: its end is told as it was, and what that run had not undone yet is
 * undone.
 */
export function inheritCancelled(checkout: PricedCheckout, cancellation: Cancellation | undefined): Promise<void> {
  tellAgain(checkout, cancellation);
  const { name, run, undone } = releaseTheStock(checkout);
  // An order of a release that kept nothing of what it has told tells nothing now.
  checkout.saga.register({ name, run, ...(cancellation?.recorded && undone && { undone }) });
  return CancellationScope.nonCancellable(() => inheritPayments(checkout));
}

/** The next payment among them: the earlier run may have asked for one that the payments have not heard of yet. */
async function inheritPayments(checkout: PricedCheckout): Promise<void> {
  const payments = await recallPayments(checkout);
  const held = payments.filter(({ state }) => state !== 'voided').map(({ paymentId }) => paymentId);
  const next = paymentIdOf(checkout.checkoutId, payments.length + 1);
  for (const paymentId of [...held, next]) checkout.saga.register(voidThePayment(checkout, paymentId));
}
