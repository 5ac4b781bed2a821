import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Reason } from '../process/contract.ts';
import { processFailure } from '../process/failure.ts';
import { outcomeOf } from '../process/outcome.ts';
import { keepPublication, recordOrderPublication } from '../process/publication.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { CheckoutResult } from './contract.ts';
import type { AuthorizedCheckout, OpenCheckout } from './open-checkout.ts';
import { fulfilOrder } from './steps/fulfil-order.ts';

/** After the pivot. */
export async function carryThrough(authorized: AuthorizedCheckout): Promise<CheckoutResult> {
  await fulfilOrder(authorized);
  await publish(authorized);
  return conclude(authorized, 'completed');
}

/** The way back: the customer is told at once, then everything is undone. */
export async function withdraw(open: OpenCheckout, reason: Reason): Promise<CheckoutResult> {
  const { progress, conversation, saga } = open;
  const outcome = outcomeOf(reason);
  progress.withdraw('compensating', reason);
  conversation.answer(outcome === 'cancelled' ? 'cancelled' : 'refused', reason);
  await saga.compensate();
  await publish(open);
  const result = await conclude(open, outcome);
  if (outcome === 'failed') throw processFailure(reason, result);
  if (CancellationScope.current().parent?.consideredCancelled) throw new CancelledFailure(reason.message, [result]);
  return result;
}

/** An order keeps that it was: a workflow that is ended in between leaves it to a sweep. */
async function publish({ orderId, milestones }: OpenCheckout): Promise<void> {
  if (milestones.names.length === 0) return;
  await milestones.publish();
  await keepPublication(() => recordOrderPublication(orderId));
}

async function conclude(
  { checkoutId, orderId, progress, conversation }: OpenCheckout,
  outcome: CheckoutResult['outcome'],
): Promise<CheckoutResult> {
  const { amounts, reason, undone } = progress;
  const result = { checkoutId, orderId, outcome, amounts, reason, undone };
  progress.end(outcome);
  conversation.conclude(result);
  upsertSearchAttributes([
    { key: searchAttributes.checkoutStatus, value: outcome },
    ...(amounts ? [{ key: searchAttributes.orderTotal, value: amounts.total }] : []),
  ]);
  await condition(allHandlersFinished);
  return result;
}
