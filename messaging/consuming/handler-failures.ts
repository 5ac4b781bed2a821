import { ServiceFailure } from '../../contracts/failures.ts';
import { translateDatabaseError } from '../../platform/database.ts';

/** What the effects go to is away, and nothing is wrong with the event: it is held until that is back. */
export function isTransient(error: unknown): boolean {
  const failure = translateDatabaseError(error);
  return failure instanceof ServiceFailure && failure.type === 'Unavailable';
}

/** What was done before under the same id had other content: no retry helps. */
export function isConflict(error: unknown): boolean {
  return error instanceof ServiceFailure && error.type === 'IdempotencyConflict';
}
