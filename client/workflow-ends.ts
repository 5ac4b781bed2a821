import { WorkflowFailedError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, type Workflow, type WorkflowResultType } from '@temporalio/common';
import { ServiceFailure } from '../contracts/failures.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** Who is asked: `{ kind: 'checkout', id: 'c-1', … }`. */
interface Asked<Result> {
  readonly kind: 'checkout' | 'refund';
  readonly id: string;
  /** How it ended and what can be done still, for people. */
  endingOf(result: Result): string;
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

/** The end of a process that Temporal has forgotten, as its services remember it. @throws as `ask` does */
export async function orRemembered<Result>(
  ask: () => Promise<Result>,
  recall: (() => Promise<Result | undefined>) | undefined,
): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const isForgotten = error instanceof ServiceFailure && error.type === 'NotFound';
    const remembered = isForgotten && recall ? await recall() : undefined;
    if (remembered) return remembered;
    throw error;
  }
}

/**
 * Asks a workflow something.
 *
 * @throws {ServiceFailure} as Temporal or the workflow refuses; `NotFound`, or `InvalidState` when it has ended
 */
export async function askWorkflow<Type extends Workflow, Answer>(
  handle: WorkflowHandle<Type>,
  asked: Asked<WorkflowResultType<Type>>,
  ask: (handle: WorkflowHandle<Type>) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask(handle);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw translateTemporalError(error);
    throw await explainNotFound(handle, asked, error);
  }
}

/** Temporal says «not found» to an update of a workflow that has ended, too: tells which of the two it is. */
async function explainNotFound<Result>(
  handle: Pick<WorkflowHandle, 'describe' | 'result'>,
  { kind, id, endingOf }: Asked<Result>,
  cause: WorkflowNotFoundError,
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
