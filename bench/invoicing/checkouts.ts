import type { Client } from '@temporalio/client';
import type { CheckoutClient } from '../../client/checkout-client.ts';
import type { Timing } from '../checkout/load.ts';
import { createSubjects } from '../checkout/subjects.ts';
import { quantile } from '../statistics.ts';

/** How long checkouts took: milliseconds. */
export interface CheckoutTimes {
  readonly checkouts: number;
  /** Until the customer knew that the order is accepted. */
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
  /** Until it was completed. */
  readonly resultP50Ms: number;
  readonly resultP99Ms: number;
}

/** Keeps checkouts in flight until something has ended. */
export async function keepCheckingOut(
  { temporal, checkouts }: { readonly temporal: Client; readonly checkouts: CheckoutClient },
  atOnce: number,
  until: Promise<unknown>,
): Promise<CheckoutTimes> {
  const { checkout } = createSubjects(temporal, checkouts);
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  until.then(end, end);
  const timings: Timing[] = [];
  const lane = async () => {
    while (!isOver) timings.push(await checkout());
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return timesOf(timings);
}

function timesOf(timings: readonly Timing[]): CheckoutTimes {
  const answers = timings.map(({ answer }) => answer);
  const results = timings.map(({ result }) => result);
  return {
    checkouts: timings.length,
    answerP50Ms: quantile(answers, 0.5),
    answerP99Ms: quantile(answers, 0.99),
    resultP50Ms: quantile(results, 0.5),
    resultP99Ms: quantile(results, 0.99),
  };
}
