import { proxyActivities } from '@temporalio/workflow';
import type { BareActivities } from './bare-activities.ts';

const { nothing } = proxyActivities<BareActivities>({ startToCloseTimeout: '5s' });

/** What a workflow costs at least. */
export async function empty(): Promise<void> {}

/** As many activities in a row as the checkout has steps, and nothing else. */
export async function nineActivities(): Promise<void> {
  for (let step = 1; step <= 9; step++) await nothing();
}
