import type { Failure } from '../contracts/failure.ts';
import { type Declared, findFailure } from '../contracts/failures.ts';

/** What an answer says of its failure, whatever the protocol. */
interface DescribedFailure {
  readonly type: string;
  readonly title: string;
  readonly kind?: string | undefined;
  readonly retryable?: boolean | undefined;
}

/**
 * The failure that an answer describes: one that the operation declares, or that any call may have. One of another release
 * that this one does not know is taken as it says of itself.
 *
 * @param codes those of a failure that is not known here
 * @returns `undefined` where the answer does not say enough
 */
export function describedFailure(
  { type, title, kind, retryable }: DescribedFailure,
  declared: readonly Declared[],
  codes: Pick<Failure, 'httpStatus' | 'grpcCode'>,
): Failure | undefined {
  const known = findFailure(type, declared);
  if (known || (kind !== 'expected' && kind !== 'defect') || retryable === undefined) return known;
  return { type, title, kind, retryable, ...codes };
}
