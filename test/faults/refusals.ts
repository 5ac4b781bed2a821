import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** The type of the failure catalogue with which an update was refused, or the name of the error. */
export function typeOf(error: unknown): string {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : error;
  if (cause instanceof ApplicationFailure) return cause.type ?? cause.message;
  return cause instanceof Error ? cause.name : String(cause);
}

/** Somebody came too late with what they did: that is no error of a trial. */
export function ignoreRefusal(error: unknown): void {
  if (error instanceof WorkflowUpdateFailedError && ['InvalidState', 'InvalidRequest'].includes(typeOf(error))) return;
  if (error instanceof Error && error.name === 'WorkflowNotFoundError') return;
  throw error;
}
