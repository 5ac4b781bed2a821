import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import { bareTaskQueue } from '../bare-activities.ts';
import { sampleTaskQueue } from '../sample/task-queue.ts';
import type { Timing } from './load.ts';
import { benchCart } from './shop.ts';

/** What is measured against each other. */
export type SubjectName = 'empty' | 'bare' | 'checkout' | 'sample';

export const subjectNames: readonly SubjectName[] = ['empty', 'bare', 'checkout', 'sample'];

export const subjectTitles: Readonly<Record<SubjectName, string>> = {
  empty: 'empty workflow',
  bare: 'bare workflow, nine activities',
  checkout: 'checkout',
  sample: 'checkout as the saga sample does it',
};

/** One run of each subject, as a caller sees it. */
export function createSubjects(
  temporal: Client,
  checkouts: CheckoutClient,
): Record<SubjectName, () => Promise<Timing>> {
  const bare = (workflowType: string) => async () => {
    const start = performance.now();
    await temporal.workflow.execute(workflowType, { workflowId: `bare/${randomUUID()}`, taskQueue: bareTaskQueue });
    const result = performance.now() - start;
    return { answer: result, result };
  };
  let number = 0;
  return {
    empty: bare('empty'),
    bare: bare('nineActivities'),
    async sample() {
      const start = performance.now();
      await runSampleCheckout(temporal, number++);
      const result = performance.now() - start;
      return { answer: result, result };
    },
    async checkout() {
      const cart = benchCart(randomUUID(), number++);
      const start = performance.now();
      await checkouts.startCheckout(cart);
      const answer = performance.now() - start;
      await requireCompleted(checkouts, cart.checkoutId);
      return { answer, result: performance.now() - start };
    },
  };
}

/**
 * Runs one checkout as Temporal's saga sample would do it, to its end.
 *
 * @returns the id of its workflow
 * @throws {WorkflowFailedError} when it did not complete
 */
export async function runSampleCheckout(temporal: Client, number: number): Promise<string> {
  const cart = benchCart(randomUUID(), number);
  const workflowId = `sample/${cart.checkoutId}`;
  await temporal.workflow.execute('sampleCheckout', { workflowId, taskQueue: sampleTaskQueue, args: [cart] });
  return workflowId;
}

const longestCheckout = 300_000;

/**
 * Waits for the end of a checkout.
 *
 * @throws when it did not complete within five minutes: a measurement of refusals would be worth nothing
 */
export async function requireCompleted(checkouts: CheckoutClient, checkoutId: string): Promise<void> {
  const result = await Promise.race([
    checkouts.waitForResult(checkoutId),
    delay(longestCheckout, undefined, { ref: false }),
  ]);
  if (!result) {
    const { waitingFor } = await checkouts.status(checkoutId);
    throw new Error(
      `the checkout ${checkoutId} did not end in five minutes; it waits for ${waitingFor?.who ?? 'nothing'}`,
    );
  }
  const { outcome, reason } = result;
  if (outcome !== 'completed') throw new Error(`the checkout ${checkoutId} was ${outcome}: ${reason?.message}`);
}
