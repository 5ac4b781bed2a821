import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, ChildWorkflowFailure, executeChild, workflowInfo } from '@temporalio/workflow';
import { failure } from './failure.ts';

/**
 * Runs a process under the id that its business gives it, whatever id it was started with: so no two runs of one process
 * exist at the same time, and what it publishes has the ids that it always has.
 *
 * @param ownId `checkout/c-1`; `undefined` when the request names none, which `here` refuses
 * @param here runs the process, when the workflow has that id already
 * @throws {ApplicationFailure} `InvalidState` when the process is running under its own id
 */
export async function underItsOwnId<Request, Result>(
  ownId: string | undefined,
  request: Request,
  here: (request: Request) => Promise<Result>,
): Promise<Result> {
  const { workflowId, workflowType } = workflowInfo();
  if (workflowId === ownId || ownId === undefined) return here(request);
  try {
    return (await executeChild(workflowType, {
      workflowId: ownId,
      args: [request],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: 'ABANDON',
    })) as Result;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      throw failure('InvalidState', `it is running as the workflow ${ownId}; follow it there`);
    }
    if (error instanceof ChildWorkflowFailure && error.cause instanceof ApplicationFailure) throw error.cause;
    throw error;
  }
}
