import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';

/**
 * Makes a call as a local activity, which costs no round trip to the server, and as a regular activity where the local one
 * failed in a transient way: a call that fails for long is one that people must see in the Web UI.
 */
export async function localFirst<Result>(
  local: () => Promise<Result>,
  regular: () => Promise<Result>,
): Promise<Result> {
  try {
    return await local();
  } catch (error) {
    // A local activity's own failure comes as it is; only its timeouts come wrapped.
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const final = cause instanceof ApplicationFailure && cause.nonRetryable;
    if (final || isCancellation(error)) throw error;
    return await regular();
  }
}
