import { ServiceFailure } from '../../contracts/failures.ts';

/** How long the caller of an operation waits, as its `CallContext` says. */
export interface CallTime {
  /** Milliseconds; `undefined` when it did not say. */
  readonly timeoutMilliseconds?: number | undefined;
  /** Aborted when the caller no longer waits. */
  readonly signal?: AbortSignal | undefined;
}

/** Kept back of the caller's time, in milliseconds, so that the answer still reaches it. */
const reserve = 100;

/** Runs a request; `timeout` says how many milliseconds it may take. */
type LimitedCall = <Result>(request: (timeout: number) => Promise<Result>) => Promise<Result>;

/**
 * Limits the calls that are made to the provider for one caller: none takes longer than `longest` milliseconds, the
 * tries that the SDK makes by itself included, nor longer than the caller waits.
 *
 * @returns what runs a call and throws a `ServiceFailure` `DeadlineExceeded` when there is no time, or none is left
 */
export function limitCalls({ timeoutMilliseconds, signal }: CallTime, longest: number): LimitedCall {
  const end = performance.now() + (timeoutMilliseconds ?? Number.POSITIVE_INFINITY) - reserve;
  return (request) => {
    const timeout = Math.floor(Math.min(longest, end - performance.now()));
    if (timeout < 1 || signal?.aborted) return Promise.reject(tooLate());
    const { promise: over, reject } = Promise.withResolvers<never>();
    AbortSignal.any([AbortSignal.timeout(timeout), ...(signal ? [signal] : [])]).addEventListener(
      'abort',
      () => reject(tooLate()),
      { once: true },
    );
    return Promise.race([request(timeout), over]);
  };
}

const tooLate = () =>
  new ServiceFailure(
    'DeadlineExceeded',
    'The payment provider did not answer while the caller waited; call again to learn the outcome',
  );
