import { log, proxyLocalActivities } from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';

type Recording = 'recordOrderPublication' | 'recordRefundPublication';

/** In a moment or not at all: what is not kept is published again by a sweep, under the same event ids. */
export const { recordOrderPublication, recordRefundPublication } = proxyLocalActivities<
  Pick<CheckoutActivities, Recording>
>({
  startToCloseTimeout: '2s',
  scheduleToCloseTimeout: '5s',
  retry: { initialInterval: '200ms', maximumAttempts: 2 },
});

/** Has the service keep that the facts of a process are published. The process ends all the same when that fails. */
export async function keepPublication(record: () => Promise<unknown>): Promise<void> {
  try {
    await record();
  } catch (error) {
    log.warn('what is published could not be kept as published; a sweep publishes it again', {
      message: error instanceof Error ? error.message : String(error),
    });
  }
}
