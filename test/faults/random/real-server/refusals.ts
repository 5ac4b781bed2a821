import { ServiceFailure } from '../../../../contracts/failures.ts';

export const ignore = () => undefined;

/** The type of a failure, or the name of another error. */
export const typeOf = (error: unknown): string =>
  error instanceof ServiceFailure ? error.type : error instanceof Error ? error.name : String(error);

/** Whoever comes too late is told so; anything else is an error of the test. */
export function ignoreRefusal(error: unknown): void {
  const isRefusal = error instanceof ServiceFailure && error.type !== 'Internal';
  const names = ['WorkflowNotFoundError', 'WorkflowExecutionAlreadyStartedError'];
  if (isRefusal || (error instanceof Error && names.includes(error.name))) return;
  // Of Temporal: what is not there, or has no workflow task to go back to.
  const { code } = Object(error) as { readonly code?: number };
  if (code === 3 || code === 5 || (error instanceof Error && error.message.startsWith('no workflow task'))) return;
  throw error;
}
