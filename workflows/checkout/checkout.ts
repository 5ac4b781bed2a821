import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.ts';
import { untilDone } from '../until-done.ts';
import type { CheckoutReason, CheckoutRequest, CheckoutResult } from './contract.ts';
import { type Conversation, converse } from './conversation.ts';
import { type OpenCheckout, openCheckout, type PricedCheckout } from './open-checkout.ts';
import { outcomeOf, reasonOf } from './reason.ts';
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
  const cancellable = new CancellationScope();
  const conversation = converse(open, cancellable);

  let priced: PricedCheckout;
  try {
    priced = await cancellable.run(() => prepare(open));
    if (cancellable.consideredCancelled) throw new CancelledFailure('the checkout was cancelled');
    conversation.answer('accepted');
    await CancellationScope.nonCancellable(() => capturePayment(priced));
  } catch (error) {
    const reason = reasonOf(error);
    return await CancellationScope.nonCancellable(() => withdraw(open, conversation, reason));
  }
  return await CancellationScope.nonCancellable(() => carryThrough(priced, conversation));
}

/** Everything that can still be undone, up to the authorization of the payment. */
async function prepare(open: OpenCheckout): Promise<PricedCheckout> {
  const priced = await lookUp(open);
  await placeOrder(priced);
  await reserveStock(priced);
  await authorizePayment(priced);
  return priced;
}

/** After the pivot. */
async function carryThrough(priced: PricedCheckout, conversation: Conversation): Promise<CheckoutResult> {
  await fulfilOrder(priced);
  await publish(priced);
  return conclude(priced, conversation, 'completed');
}

/** The way back: the customer is told at once, then everything is undone. */
async function withdraw(
  open: OpenCheckout,
  conversation: Conversation,
  reason: CheckoutReason,
): Promise<CheckoutResult> {
  const outcome = outcomeOf(reason);
  open.progress.withdraw(reason);
  conversation.answer(outcome === 'cancelled' ? 'cancelled' : 'refused', reason);
  await open.saga.compensate((undone) => open.progress.recordUndone(undone), open.progress.attention);
  await publish(open);
  const result = await conclude(open, conversation, outcome);
  if (outcome === 'failed') {
    throw ApplicationFailure.create({
      type: reason.type,
      message: reason.message,
      nonRetryable: true,
      details: [result],
    });
  }
  if (CancellationScope.current().parent?.consideredCancelled) throw new CancelledFailure(reason.message, [result]);
  return result;
}

async function publish({ milestones, progress }: OpenCheckout): Promise<void> {
  await untilDone('publish the milestones', () => milestones.publish(), progress.attention);
}

async function conclude(
  { request, orderId, progress }: OpenCheckout,
  conversation: Conversation,
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
