import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowStartOptions } from '@temporalio/client';
import type { WorkflowIdReusePolicy } from '@temporalio/common';
import { ServiceFailure } from '../contracts/failures.ts';
import { startedContentHash } from './started-content.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** How a workflow is started; its memo has the hash that tells a repetition from another request under its id. */
export type SingleStart<Args extends unknown[]> = Omit<
  WorkflowStartOptions<(...args: Args) => Promise<unknown>>,
  'workflowIdConflictPolicy' | 'workflowIdReusePolicy'
> & {
  readonly args: Args;
  readonly memo: { readonly contentHash: string };
  /** Whether one that has failed is begun again: it has done nothing. @default its failure is its end */
  readonly failedBeginsAgain?: boolean;
};

/**
 * Starts a workflow, and does not wait for a worker. One that runs or has ended already is the same one when its hash is
 * the same.
 *
 * @param conflict what its caller is told when it is not the same
 * @throws {ServiceFailure} as Temporal fails; the conflict
 */
export async function startOnce<Args extends unknown[]>(
  temporal: Client,
  workflowType: string,
  options: SingleStart<Args>,
  conflict: () => ServiceFailure,
): Promise<void> {
  const { failedBeginsAgain, ...start } = options;
  if (await isStarted(temporal, workflowType, start, 'REJECT_DUPLICATE')) return;
  const { contentHash, hasFailed } = await findStarted(temporal, options.workflowId);
  if (contentHash !== options.memo.contentHash) throw conflict();
  // Another caller may have begun it again in between: then it is that one.
  if (failedBeginsAgain && hasFailed) await isStarted(temporal, workflowType, start, 'ALLOW_DUPLICATE_FAILED_ONLY');
}

/** @returns whether this call has started it */
async function isStarted(
  temporal: Client,
  workflowType: string,
  start: object,
  workflowIdReusePolicy: WorkflowIdReusePolicy,
): Promise<boolean> {
  try {
    await temporal.workflow.start(workflowType, {
      ...start,
      ...{ workflowIdConflictPolicy: 'FAIL', workflowIdReusePolicy },
    } as never);
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw translateTemporalError(error);
  }
}

/** What cannot be recalled now is left to the workflow, which recalls it itself. */
export async function recallIfPossible<Result>(recall: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await recall();
  } catch (error) {
    if (error instanceof ServiceFailure && error.type !== 'IdempotencyConflict') return undefined;
    throw error;
  }
}

async function findStarted(
  temporal: Client,
  workflowId: string,
): Promise<{ readonly contentHash: string; readonly hasFailed: boolean }> {
  try {
    const { memo, status } = await temporal.workflow.getHandle(workflowId).describe();
    return { contentHash: await startedContentHash(temporal, workflowId, memo), hasFailed: status.name === 'FAILED' };
  } catch (error) {
    throw translateTemporalError(error);
  }
}
