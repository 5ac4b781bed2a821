import { allHandlersFinished, CancellationScope, CancelledFailure, condition, log } from '@temporalio/workflow';
import type { ProcessResult, Reason } from './contract.ts';
import { processFailure } from './failure.ts';
import type { Milestones } from './milestones.ts';
import { outcomeOf } from './outcome.ts';
import type { Progress } from './progress.ts';
import { reasonOf } from './reason.ts';
import type { Saga } from './saga.ts';

type Outcome = ProcessResult['outcome'];

/** How a process ends, whatever it does before. */
export interface ProcessEnding<Result extends ProcessResult> {
  readonly progress: Progress<string, object>;
  readonly saga: Saga;
  readonly milestones: Milestones;
  /** The ids that its result carries. */
  readonly ids: Omit<Result, keyof ProcessResult>;
  /** What it is called when the workflow is cancelled. */
  readonly cancelledAs: Reason;
  /** Has the service that remembers the process keep that its facts are published. */
  recordPublication(): Promise<unknown>;
  /** Told why everything is undone, once that is decided for every later run, and before it is done. */
  compensating?(outcome: Exclude<Outcome, 'completed'>, reason: Reason): void;
  /** Told of the result, while those who wait for it are still answered. */
  concluded?(result: Result): void;
}

/** A process with a pivot. */
export interface Process<Prepared, Result extends ProcessResult> {
  readonly ending: ProcessEnding<Result>;
  /** Everything that can be undone; ends early when the process is cancelled. */
  prepare(): Promise<Prepared>;
  /** After it the process only goes forward. */
  pivot(prepared: Prepared): Promise<void>;
  /** What follows the pivot, until it is done. */
  carryThrough(prepared: Prepared): Promise<void>;
}

/**
 * Runs a process: everything before the pivot is undone when a step fails or the process is cancelled, everything after it is
 * carried through; its facts are published either way.
 *
 * @returns how it ended, when it completed, was refused, or was cancelled by those whom it belongs to
 * @throws {ApplicationFailure} after everything was undone, when it failed for a reason that a person has to fix; its
 * details hold the result
 * @throws {CancelledFailure} after everything was undone, when the workflow itself was cancelled
 */
export async function runProcess<Prepared, Result extends ProcessResult>(
  process: Process<Prepared, Result>,
): Promise<Result> {
  const { ending } = process;
  let prepared: Prepared;
  try {
    prepared = await process.prepare();
    await CancellationScope.nonCancellable(() => process.pivot(prepared));
  } catch (error) {
    const reason = reasonOf(error, ending.cancelledAs);
    return await CancellationScope.nonCancellable(() => compensate(ending, reason));
  }
  return await CancellationScope.nonCancellable(() => complete(ending, () => process.carryThrough(prepared)));
}

/** What is past its pivot, to its end. */
export async function complete<Result extends ProcessResult>(
  ending: ProcessEnding<Result>,
  carryThrough: () => Promise<void>,
): Promise<Result> {
  await carryThrough();
  await publish(ending);
  return endProcess(ending, 'completed');
}

/** Undoes everything, and ends the process for a reason. */
export async function compensate<Result extends ProcessResult>(
  ending: ProcessEnding<Result>,
  reason: Reason,
): Promise<Result> {
  const { progress, saga, cancelledAs } = ending;
  const outcome = outcomeOf(reason, cancelledAs);
  progress.compensate(reason);
  await saga.decide();
  ending.compensating?.(outcome, reason);
  await saga.compensate();
  await publish(ending);
  const result = await endProcess(ending, outcome);
  if (outcome === 'failed') throw processFailure(reason, result);
  // What ended for a reason of its own, in this run or an earlier one, ends so when its workflow is cancelled as well.
  const isCancelled = outcome === 'cancelled' && CancellationScope.current().parent?.consideredCancelled;
  if (isCancelled) throw new CancelledFailure(reason.message);
  return result;
}

/** A workflow that is ended in between leaves it to a sweep. */
async function publish<Result extends ProcessResult>({
  milestones,
  recordPublication,
}: ProcessEnding<Result>): Promise<void> {
  if (milestones.names.length === 0) return;
  await milestones.publish();
  await keepPublication(recordPublication);
}

/** Has the service keep that the facts of a process are published. The process ends all the same when that fails. */
async function keepPublication(record: () => Promise<unknown>): Promise<void> {
  try {
    await record();
  } catch (error) {
    log.warn('what is published could not be kept as published; a sweep publishes it again', {
      message: error instanceof Error ? error.message : String(error),
    });
  }
}

/** Ends a process, once everyone who waits for it is answered. */
export async function endProcess<Result extends ProcessResult>(
  { ids, progress, concluded }: Pick<ProcessEnding<Result>, 'ids' | 'progress' | 'concluded'>,
  outcome: Outcome,
): Promise<Result> {
  const { facts, reason, undone } = progress;
  const result = { ...ids, outcome, ...facts, reason, undone } as unknown as Result;
  progress.enter(outcome);
  concluded?.(result);
  await condition(allHandlersFinished);
  return result;
}
