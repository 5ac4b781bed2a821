import {
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { isFailureType } from '../contracts/catalogue.ts';
import { type FailureDetail, ServiceFailure } from '../contracts/failures.ts';
import type { ProcessResult, Reason } from '../workflows/kit/contract.ts';
import type { AnyProcess } from '../workflows/kit/definition.ts';
import { isCutOff, type UnfinishedState, unfinishedStateOf } from './process-states.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** Which process is meant. */
export interface Subject {
  readonly process: AnyProcess;
  readonly id: string;
}

const nameOf = ({ process, id }: Subject): string => `the ${process.kind} ${id}`;

/** The end of a workflow that has no result. */
interface Unfinished {
  readonly state: UnfinishedState;
  readonly reason: Reason;
  /** What those who would still change something are told. */
  readonly message: string;
}

/** How a workflow ended: with a result of its own, or by what Temporal did to it. */
export type End<Result> = { readonly result: Result } | Unfinished;

type Handle = Pick<WorkflowHandle, 'client' | 'workflowId' | 'describe' | 'result'>;

const longestQuote = 100;

/**
 * Waits for the end. A workflow that failed after everything was undone has a result, too. The newest run counts: a reset
 * terminates a run, and goes on in the next one.
 */
export async function endOf<Result extends ProcessResult>(handle: Handle, subject: Subject): Promise<End<Result>> {
  for (;;) {
    try {
      return { result: (await handle.result()) as Result };
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      const result = resultIn(error.cause);
      if (result) return { result: result as Result };
      const end = unfinishedEnd(error.cause, subject);
      if (unfinishedStateOf(await handle.describe()) === end.state) return end;
    }
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
 * The run that was just looked at, alone: another one may have begun since, and go on for long.
 *
 * @param looked what the look has told
 */
export const runOf = (
  { client, workflowId }: Pick<Handle, 'client' | 'workflowId'>,
  { runId }: { readonly runId: string },
): WorkflowHandle => client.getHandle(workflowId, runId);

/**
 * Asks a workflow something.
 *
 * @param endingOf how it ended and what can be done still, human-readable
 * @throws {ServiceFailure} as Temporal or the workflow refuses; `NotFound`, or `InvalidState` when it has ended
 */
export async function askWorkflow<Result extends ProcessResult, Asked extends Handle, Answer>(
  handle: Asked,
  subject: Subject,
  endingOf: (result: Result) => string,
  ask: (handle: Asked) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask(handle);
  } catch (error) {
    if (!hasEndedMeanwhile(error)) throw translateTemporalError(error);
    throw await explain(handle, subject, endingOf, error);
  }
}

/** Whether an error says that a workflow is not there, or has ended before it could answer. */
export function hasEndedMeanwhile(error: unknown): error is Error {
  if (error instanceof WorkflowNotFoundError || wasCancelled(error)) return true;
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow';
}

/** Whether an error says that a workflow was cancelled while it was to answer: it ends as soon as everything is undone. */
export const wasCancelled = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError && error.cause instanceof CancelledFailure;

/** @throws {ServiceFailure} `InvalidState` when Temporal has cut the process off */
export async function requireNotCutOff(handle: Handle, subject: Subject): Promise<void> {
  const description = await handle.describe();
  if (!isCutOff(unfinishedStateOf(description))) return;
  const end = await endOf(runOf(handle, description), subject);
  if (!('result' in end)) throw new ServiceFailure('InvalidState', end.message);
}

/** Temporal says «not found» to an update of a workflow that has ended, too: tells which of the two it is. */
async function explain<Result extends ProcessResult>(
  handle: Handle,
  subject: Subject,
  endingOf: (result: Result) => string,
  cause: Error,
): Promise<unknown> {
  try {
    const description = await handle.describe();
    // It was started, or reset, between the question and this look at it.
    if (!description.closeTime && !wasCancelled(cause)) {
      return new ServiceFailure('Unavailable', `${nameOf(subject)} was started or reset just now; ask again`);
    }
    const end = await endOf<Result>(description.closeTime ? runOf(handle, description) : handle, subject);
    const message = 'result' in end ? `${nameOf(subject)} has ended: ${endingOf(end.result)}` : end.message;
    return new ServiceFailure('InvalidState', message, {}, { cause });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) return translateTemporalError(error);
    return new ServiceFailure(
      'NotFound',
      `there is no ${subject.process.kind} ${subject.id}`,
      { field: subject.process.idField },
      { cause },
    );
  }
}

function resultIn(cause: unknown): unknown {
  const isOwn = cause instanceof ApplicationFailure || cause instanceof CancelledFailure;
  const [result] = (isOwn && cause.details) || [];
  // The details of a refusal that was not caught name its field.
  return typeof result === 'object' && result !== null && 'outcome' in result ? result : undefined;
}

function unfinishedEnd(cause: unknown, subject: Subject): Unfinished {
  const end = (state: UnfinishedState, how: string, reason?: Partial<Reason>): Unfinished => {
    const message = `${nameOf(subject)} has ended: ${how}`;
    return { state, message, reason: { type: 'InvalidState', message, ...reason } };
  };
  if (cause instanceof TerminatedFailure) {
    return end('terminated', `terminated in Temporal${quote(cause.message)}; ${subject.process.aftermath}`);
  }
  if (cause instanceof TimeoutFailure) return end('timed-out', `timed out in Temporal; ${subject.process.aftermath}`);
  if (cause instanceof CancelledFailure)
    return end('cancelled', 'cancelled in Temporal', { type: subject.process.cancelledAs.type });
  if (cause instanceof ApplicationFailure && isFailureType(cause.type)) {
    const { type, message, details } = cause;
    const { field, facts } = (details?.[0] ?? {}) as FailureDetail;
    return end('failed', `failed (${type})`, { type, message, field, facts });
  }
  return end('failed', `failed in Temporal${quote(cause instanceof Error ? cause.message : '')}`);
}

/** A text that was typed into the Web UI, in quotation marks; the one that the SDK puts where none was typed says nothing. */
function quote(text: string): string {
  if (text === '' || text === 'Workflow execution terminated') return '';
  const characters = [...text];
  const shown = characters.length > longestQuote ? `${characters.slice(0, longestQuote).join('')}…` : text;
  return ` (${JSON.stringify(shown)})`;
}
