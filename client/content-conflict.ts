import { ServiceFailure } from '../contracts/failures.ts';

/** The id of a process was used before with other content. */
export const contentConflict = (asked: string, field: string) =>
  new ServiceFailure('IdempotencyConflict', `${asked} before with other content; choose a new ${field}`, { field });
