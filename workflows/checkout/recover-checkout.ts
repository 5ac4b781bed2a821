import { CancellationScope } from '@temporalio/workflow';
import type { CheckoutId, CustomerId, OrderId } from '../../contracts/identifiers.ts';
import type { Cancellation, Order } from '../../services/orders/contract.ts';
import { completeMemo, completeSearchAttributes } from '../kit/complete-start.ts';
import { failureAsItWas } from '../kit/failure.ts';
import { reasonOf } from '../kit/reason.ts';
import { compensate, complete } from '../kit/run-process.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { CheckoutResult } from './contract.ts';
import { endingOf } from './ending.ts';
import { openCheckout, type PricedCheckout } from './open-checkout.ts';
import { interrupted } from './reasons.ts';
import { capturePayment } from './steps/capture-payment.ts';
import { recallPaid } from './steps/earlier-run.ts';
import { fulfilOrder } from './steps/fulfil-order.ts';
import { inherit, inheritCancelled } from './steps/inherit.ts';

/**
 * Takes over a checkout that no workflow owns any more: carries it through when it is paid for, and undoes it when it is
 * not, with the steps of the checkout itself. It runs under the checkout's own workflow id, so there is never a second owner.
 */
export async function recoverCheckout({ checkoutId }: { readonly checkoutId: CheckoutId }): Promise<CheckoutResult> {
  const orderId = checkoutId as string as OrderId;
  // Before anything is known, so that queries are answered meanwhile.
  const begun = openCheckout({ checkoutId, customerId: '' as CustomerId });
  const { order, requestHash = '', cancellation } = await begun.calls.recallOrder(orderId);
  // It was ended before it had done anything.
  if (!order) return { checkoutId, orderId, outcome: 'refused', reason: interrupted, undone: [] };
  const open = { ...begun, customerId: order.customerId };
  open.conversation.identify(requestHash);
  open.progress.facts.amounts = order.amounts;
  completeMemo({ contentHash: requestHash, currency: order.amounts.currency });
  completeSearchAttributes([
    { key: searchAttributes.checkoutStatus, value: 'running' },
    { key: searchAttributes.customerId, value: order.customerId },
    { key: searchAttributes.orderId, value: order.orderId },
  ]);
  const { name, email } = order.contact ?? (await open.calls.recallCustomer(order.customerId));
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
    return complete(endingOf(checkout), async () => {
      await capturePayment(paid);
      await fulfilOrder(paid);
    });
  }
  await (state === 'pending' ? inherit(checkout) : inheritCancelled(checkout, cancellation));
  return compensate(endingOf(checkout), cancellation ? reasonOf(failureAsItWas(cancellation)) : interrupted);
}
