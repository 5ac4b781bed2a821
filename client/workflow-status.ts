import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';
import type { QueryDefinition } from '@temporalio/common';
import { ServiceFailure } from '../contracts/failures.ts';
import type { ProcessResult, ProcessStatus, StepStatus } from '../workflows/kit/contract.ts';
import { isCutOff, isEnd, unfinishedStateOf } from './process-states.ts';
import { endOf, runOf, type Subject } from './workflow-ends.ts';

/** How long a worker has to tell the steps of a workflow that has ended; without them its end is told. */
const answerWithinMs = 5_000;

/** What is asked, and what is known of a workflow without asking it. */
interface Question<Status extends ProcessStatus<string>> {
  readonly query: QueryDefinition<Status>;
  readonly subject: Subject;
  /** The ids that the status carries. */
  idsOf(description: WorkflowExecutionDescription): Omit<Status, keyof ProcessStatus<string>>;
}

/**
 * The status of a process as it tells it, or, of one that was ended by Temporal's own means, what it told last together
 * with how it ended; that is known even while no worker runs.
 */
export async function statusOf<Status extends ProcessStatus<string>>(
  temporal: Client,
  handle: WorkflowHandle,
  { query, subject, idsOf }: Question<Status>,
): Promise<Status> {
  const description = await handle.describe();
  const state = unfinishedStateOf(description);
  if (!state) return handle.query(query);
  const run = runOf(handle, description);
  const asked = temporal.withDeadline(Date.now() + answerWithinMs, () => run.query(query));
  const told = await asked.catch(() => undefined);
  // After a cancellation or a failure of its own everything was undone, and its own word is the last.
  if (told && !isCutOff(state) && isEnd(told.state)) return told;
  const end = await endOf(run, subject);
  return {
    ...idsOf(description),
    ...told,
    ...('result' in end
      ? { ...withoutOutcome(end.result), state: end.result.outcome }
      : { state: end.state, reason: end.reason, undone: told?.undone ?? [] }),
    steps: (told?.steps ?? []).map((step) => interrupted(step, description.closeTime)),
    waitingFor: undefined,
    needsOperator: [],
    decisions: told?.decisions ?? [],
  } as unknown as Status;
}

/**
 * The result of a process, as soon as it has ended.
 *
 * @param status where the process stands: Temporal keeps no result of one that was cancelled
 * @throws {ServiceFailure} `InvalidState` when Temporal has cut it off
 */
export async function resultOf<Result extends ProcessResult>(
  handle: WorkflowHandle,
  subject: Subject,
  status: (handle: WorkflowHandle) => Promise<ProcessStatus<string>>,
): Promise<Result> {
  const end = await endOf<Result>(handle, subject);
  if ('result' in end) return end.result;
  if (isCutOff(end.state)) throw new ServiceFailure('InvalidState', end.message);
  const { state, steps: _, needsOperator: __, decisions: ___, waitingFor: ____, ...known } = await status(handle);
  return { ...known, outcome: isEnd(state) ? state : end.state } as unknown as Result;
}

const withoutOutcome = ({ outcome: _, ...known }: ProcessResult) => known;

const interrupted = (step: StepStatus, closeTime: Date | undefined): StepStatus =>
  step.state === 'running'
    ? { ...step, state: 'interrupted', ...(closeTime && { endedAt: closeTime.toISOString() }) }
    : step;
