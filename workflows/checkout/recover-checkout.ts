import { CancellationScope, proxyActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';
import type { CheckoutId, CustomerId, OrderId } from '../../contracts/identifiers.ts';
import type { Cancellation, Order } from '../../services/orders/contract.ts';
import { completeMemo, completeSearchAttributes } from '../kit/complete-start.ts';
import type { Reason } from '../kit/contract.ts';
import { failureAsItWas } from '../kit/failure.ts';
import { reasonOf } from '../kit/reason.ts';
import { untilDone } from '../kit/retry-policies.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { CheckoutResult } from './contract.ts';
import { carryThrough, withdraw } from './endings.ts';
import { openCheckout, type PricedCheckout } from './open-checkout.ts';
import { capturePayment } from './steps/capture-payment.ts';
import { recallPaid } from './steps/earlier-run.ts';
import { inherit, inheritPayments } from './steps/inherit.ts';
import { releaseTheStock } from './steps/reserve-stock.ts';
import { tellAgain } from './steps/tell-again.ts';

const { recallOrder, findCustomer } = proxyActivities<CheckoutActivities>({
  summary: 'recall the order',
  startToCloseTimeout: '5s',
  // What is not found by then is left to the next sweep.
  scheduleToCloseTimeout: '10 minutes',
  retry: untilDone,
});

/** Why an order is cancelled whose checkout was ended from outside. */
const interrupted: Reason = {
  type: 'CheckoutInterrupted',
  message: 'the checkout was ended before it was complete; nothing is charged',
};

/**
 * Takes over a checkout that no workflow owns any more: carries it through when it is paid for, and undoes it when it is
 * not, with the steps of the checkout itself. It runs under the checkout's own workflow id, so there is never a second owner.
 */
export async function recoverCheckout({ checkoutId }: { readonly checkoutId: CheckoutId }): Promise<CheckoutResult> {
  const orderId = checkoutId as string as OrderId;
  // Before anything is known, so that whoever asks meanwhile is answered.
  const begun = openCheckout({ checkoutId, customerId: '' as CustomerId });
  const { order, requestHash = '', cancellation } = await recallOrder(orderId);
  // It was ended before it had done anything.
  if (!order) return { checkoutId, orderId, outcome: 'refused', reason: interrupted, undone: [] };
  const open = { ...begun, customerId: order.customerId };
  open.conversation.identify(requestHash);
  open.progress.amounts = order.amounts;
  completeMemo({ contentHash: requestHash, currency: order.amounts.currency });
  completeSearchAttributes([
    { key: searchAttributes.checkoutStatus, value: 'running' },
    { key: searchAttributes.customerId, value: order.customerId },
    { key: searchAttributes.orderId, value: order.orderId },
  ]);
  const { name, email } = order.contact ?? (await findCustomer(order.customerId));
  const checkout = { ...open, contact: { name, email }, quote: order };
  return CancellationScope.nonCancellable(() => finish(checkout, order, cancellation));
}

async function finish(
  checkout: PricedCheckout,
  order: Order,
  cancellation: Cancellation | undefined,
): Promise<CheckoutResult> {
  const { state } = order;
  const paid = state === 'cancelled' ? undefined : await recallPaid(checkout, order);
  if (paid) {
    checkout.conversation.answer('accepted');
    await capturePayment(paid);
    return carryThrough(paid);
  }
  if (state === 'pending') await inherit(checkout);
  else {
    // Its end is told as it was, and what may be left of it is given back.
    tellAgain(checkout, cancellation);
    const { name, run } = releaseTheStock(checkout);
    checkout.saga.register({ name, run });
    await inheritPayments(checkout);
  }
  return withdraw(checkout, cancellation ? reasonOf(failureAsItWas(cancellation)) : interrupted);
}
