import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, ChildWorkflowFailure, executeChild, workflowInfo } from '@temporalio/workflow';
import { failure } from './failure.ts';

/**
 * Runs a process under the id that its business gives it, whatever id it was started with: so no two runs of one process
 * exist at the same time, and what it publishes has the ids that it always has.
 *
 * @param ownIdOf the workflow id that a request's id gives: `checkout/c-1`
 * @param name the field of the request with that id; one that names none is left to `here`, which refuses it
 * @param here runs the process, when the workflow has its own id already
 * @throws {ApplicationFailure} `InvalidState` when the process is running under its own id
 */
export async function underItsOwnId<Request extends object, Result>(
  ownIdOf: (id: string) => string,
  name: keyof Request,
  request: Request,
  here: (request: Request) => Promise<Result>,
): Promise<Result> {
  const { workflowId, workflowType } = workflowInfo();
  // What a bare Temporal client sends need not be an object at all.
  const id = (Object(request) as Request)[name];
  const ownId = typeof id === 'string' ? ownIdOf(id) : undefined;
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
