import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowStartOptions } from '@temporalio/client';
import { ServiceFailure } from '../contracts/failures.ts';
import { startedContentHash } from './started-content.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** How a workflow is started; its memo has the hash that tells a repetition from another request under its id. */
export type SingleStart<Args extends unknown[]> = Omit<
  WorkflowStartOptions<(...args: Args) => Promise<unknown>>,
  'workflowIdConflictPolicy' | 'workflowIdReusePolicy'
> & { readonly args: Args; readonly memo: { readonly contentHash: string } };

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
  const policies = { workflowIdConflictPolicy: 'FAIL', workflowIdReusePolicy: 'REJECT_DUPLICATE' } as const;
  try {
    await temporal.workflow.start(workflowType, { ...options, ...policies } as never);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw translateTemporalError(error);
    if ((await knownHash(temporal, options.workflowId)) !== options.memo.contentHash) throw conflict();
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

async function knownHash(temporal: Client, workflowId: string): Promise<string> {
  try {
    const { memo } = await temporal.workflow.getHandle(workflowId).describe();
    return await startedContentHash(temporal, workflowId, memo);
  } catch (error) {
    throw translateTemporalError(error);
  }
}
