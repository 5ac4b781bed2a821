import type { WorkflowHandle } from '@temporalio/client';
import type { FakeServices } from '../../workflows/fake-services.ts';
import type { Trial } from '../trial.ts';
import type { ProcessCase } from './test-case.ts';

/**
 * What cancels a process, once, and only while the test server can bear it; later calls try again.
 *
 * @returns whether it was cancelled by this call
 */
export function cancelOnce({ cancellation }: ProcessCase, trial: Trial): () => Promise<boolean> {
  let isCancelled = false;
  return async () => {
    if (isCancelled || !(await isSafeToCancel(trial.handle, trial.services)) || isCancelled) return false;
    isCancelled = true;
    await (cancellation?.of === 'workflow' ? trial.cancelWorkflow() : trial.cancel());
    return true;
  };
}

/**
 * Whether each activity has its call in flight. The server that skips time loses count of who holds its clock when an
 * activity is cancelled that waits to begin, or for its next try.
 */
export async function isSafeToCancel(handle: WorkflowHandle, services: FakeServices): Promise<boolean> {
  const { raw } = await handle.describe();
  const calls = services.callers.filter(({ isLocal, endedAt }) => !isLocal && endedAt === undefined);
  return (raw.pendingActivities ?? []).every(({ activityId, attempt }) =>
    calls.some((call) => call.activityId === activityId && call.activityAttempt === attempt),
  );
}
