import { ServiceFailure } from '../contracts/failures.ts';
import { translateDatabaseError } from './database.ts';

/**
 * What the caller is told of anything that a handler has thrown: a failure as it is, `Unavailable` while the database is
 * away, `DeadlineExceeded` where the handler gave up because its caller no longer waits, else `Internal`.
 *
 * @param signal the signal that the handler was given
 */
export function toFailure(error: unknown, signal?: AbortSignal): ServiceFailure {
  const translated = translateDatabaseError(error);
  if (translated instanceof ServiceFailure) return translated;
  return signal?.aborted
    ? new ServiceFailure('DeadlineExceeded', 'The caller did not wait for the answer any longer', {}, { cause: error })
    : new ServiceFailure('Internal', 'The service failed; its log says why', {}, { cause: error });
}
