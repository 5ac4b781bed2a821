import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Reason } from '../process/contract.ts';
import { processFailure } from '../process/failure.ts';
import { outcomeOf, reasonOf } from '../process/reason.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { CheckoutRequest, CheckoutResult } from './contract.ts';
import { type AuthorizedCheckout, type OpenCheckout, openCheckout } from './open-checkout.ts';
import { authorizePayment } from './steps/authorize-payment.ts';
import { capturePayment } from './steps/capture-payment.ts';
import { fulfilOrder } from './steps/fulfil-order.ts';
import { lookUp } from './steps/look-up.ts';
import { placeOrder } from './steps/place-order.ts';
import { reserveStock } from './steps/reserve-stock.ts';

/**
 * One checkout: from the customer's request to a completed order, or back to where nothing is reserved, charged or
 * ordered. Capturing the payment is the pivot. Before it, everything is undone when a step fails or the customer cancels;
 * after it, everything is carried through.
 *
 * @returns how it ended, when it completed, was refused or was cancelled by the customer
 * @throws {ApplicationFailure} after everything was undone, when it failed for a reason that somebody has to mend; its
 * details hold the `CheckoutResult`
 * @throws {CancelledFailure} after everything was undone, when the workflow itself was cancelled
 */
export async function checkout(request: CheckoutRequest): Promise<CheckoutResult> {
  const open = openCheckout(request);
  const { conversation } = open;

  let authorized: AuthorizedCheckout;
  try {
    authorized = await conversation.whileCancellable(() => prepare(open));
    if (conversation.isCancelled) throw new CancelledFailure('the checkout was cancelled');
    conversation.answer('accepted');
    await CancellationScope.nonCancellable(() => capturePayment(authorized));
  } catch (error) {
    const reason = reasonOf(error);
    return await CancellationScope.nonCancellable(() => withdraw(open, reason));
  }
  return await CancellationScope.nonCancellable(() => carryThrough(authorized));
}

/** Everything that can still be undone, up to the authorization of the payment. */
async function prepare(open: OpenCheckout): Promise<AuthorizedCheckout> {
  const priced = await lookUp(open);
  await placeOrder(priced);
  await reserveStock(priced);
  return await authorizePayment(priced);
}

/** After the pivot. */
async function carryThrough(authorized: AuthorizedCheckout): Promise<CheckoutResult> {
  await fulfilOrder(authorized);
  await authorized.milestones.publish();
  return conclude(authorized, 'completed');
}

/** The way back: the customer is told at once, then everything is undone. */
async function withdraw(open: OpenCheckout, reason: Reason): Promise<CheckoutResult> {
  const { progress, conversation, saga, milestones } = open;
  const outcome = outcomeOf(reason);
  progress.withdraw('compensating', reason);
  conversation.answer(outcome === 'cancelled' ? 'cancelled' : 'refused', reason);
  await saga.compensate();
  await milestones.publish();
  const result = await conclude(open, outcome);
  if (outcome === 'failed') throw processFailure(reason, result);
  if (CancellationScope.current().parent?.consideredCancelled) throw new CancelledFailure(reason.message, [result]);
  return result;
}

async function conclude(
  { request, orderId, progress, conversation }: OpenCheckout,
  outcome: CheckoutResult['outcome'],
): Promise<CheckoutResult> {
  const { amounts, reason, undone } = progress;
  const result = { checkoutId: request.checkoutId, orderId, outcome, amounts, reason, undone };
  progress.end(outcome);
  conversation.conclude(result);
  upsertSearchAttributes([
    { key: searchAttributes.checkoutStatus, value: outcome },
    ...(amounts ? [{ key: searchAttributes.orderTotal, value: amounts.total }] : []),
  ]);
  await condition(allHandlersFinished);
  return result;
}
