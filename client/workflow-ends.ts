import { WorkflowFailedError, type WorkflowHandle, type WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { ServiceFailure } from '../contracts/failures.ts';

/** What ended: `{ kind: 'checkout', id: 'c-1' }`. */
interface Name {
  readonly kind: 'checkout' | 'refund';
  readonly id: string;
}

/** Waits for the end. A workflow that failed, or was cancelled, after everything was undone has a result, too. */
export async function resultOf<Result>(handle: Pick<WorkflowHandle, 'result'>): Promise<Result> {
  try {
    return (await handle.result()) as Result;
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    const isOwn = cause instanceof ApplicationFailure || cause instanceof CancelledFailure;
    const [result] = (isOwn && cause.details) || [];
    if (result) return result as Result;
    throw error;
  }
}

/**
 * Temporal says «not found» to an update of a workflow that has ended, too: tells which of the two it is.
 *
 * @param endingOf how it ended and what can be done still, for people
 */
export async function explainNotFound<Result>(
  handle: Pick<WorkflowHandle, 'describe' | 'result'>,
  { kind, id }: Name,
  cause: WorkflowNotFoundError,
  endingOf: (result: Result) => string,
): Promise<ServiceFailure> {
  const description = await handle.describe().catch(() => undefined);
  if (!description) {
    return new ServiceFailure('NotFound', `there is no ${kind} ${id}`, { field: `${kind}Id` }, { cause });
  }
  const status = description.status.name.toLowerCase();
  // It was started between the question and this look at it.
  if (status === 'running') return new ServiceFailure('Unavailable', `the ${kind} ${id} has just begun; ask again`);
  // What somebody has terminated has no result.
  const result = await resultOf<Result>(handle).catch(() => undefined);
  return new ServiceFailure('InvalidState', `the ${kind} ${id} has ended: ${result ? endingOf(result) : status}`);
}
