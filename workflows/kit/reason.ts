import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  TemporalFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { FailureDetail } from '../../contracts/failures.ts';
import type { Reason } from './contract.ts';

const cancelled: Reason = { type: 'InvalidState', message: 'it was cancelled' };

/**
 * What ended a process early, from the error that its steps threw.
 *
 * @param cancelledAs what the process calls its cancellation
 * @throws the error itself when it is a defect of workflow code: the workflow task fails, and goes on with the next deployment
 */
export function reasonOf(error: unknown, cancelledAs = cancelled): Reason {
  if (isCancellation(error)) return cancelledAs;
  requireTemporalFailure(error);
  const failure = deepestApplicationFailure(error);
  if (failure?.type) {
    const { field, facts } = (failure.details?.[0] ?? {}) as FailureDetail;
    return { type: failure.type, message: failure.message, ...(field && { field }), ...(facts && { facts }) };
  }
  return { type: 'DeadlineExceeded', message: 'a service did not answer in time' };
}

/** Whether a call may have taken effect although it failed: only its service can tell. A refusal is final and known. */
export function isOutcomeUnknown(error: unknown): boolean {
  if (isCancellation(error)) return false;
  requireTemporalFailure(error);
  return !deepestApplicationFailure(error)?.nonRetryable;
}

function requireTemporalFailure(error: unknown): void {
  if (!(error instanceof TemporalFailure)) throw error;
}

function deepestApplicationFailure(error: unknown): ApplicationFailure | undefined {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof ActivityFailure || error instanceof TimeoutFailure)
    return deepestApplicationFailure(error.cause);
  return undefined;
}
