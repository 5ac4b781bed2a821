import { Context, type Info } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ServiceFailure } from '../contracts/failures.ts';
import type { CallOptions } from '../platform/http/contract.ts';
import { currentCorrelation } from './correlation.ts';

/** Left of an activity's time when its call gives up, so that the answer still reaches Temporal; in milliseconds. */
const reserve = 250;
const heartbeatInterval = 1_000;

/**
 * Calls a service from an activity: hands down the activity's cancellation, the time that it has left and the order that it
 * is about, heartbeats meanwhile where the activity has a heartbeat timeout (that is how a cancellation arrives), and turns a
 * failure of the catalogue into an `ApplicationFailure` of the same type, retryable as the catalogue says.
 *
 * @throws {ApplicationFailure} whose `type` is a type of the failure catalogue
 * @throws {CancelledFailure} at once when the activity is cancelled
 */
export async function callService<Result>(call: (options: CallOptions) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const { info } = context;
  // A local activity has no heartbeat timeout, and needs none: its cancellation comes from its own worker.
  const heartbeats = info.heartbeatTimeoutMs ? setInterval(() => context.heartbeat(), heartbeatInterval) : undefined;
  try {
    return await call({
      signal: context.cancellationSignal,
      correlationId: currentCorrelation() ?? info.workflowExecution?.workflowId.replace(/^[^/]*\//, ''),
      timeoutMilliseconds: Math.max(timeLeft(info) - reserve, reserve),
    });
  } catch (error) {
    if (error instanceof ServiceFailure) throw toApplicationFailure(error);
    throw error;
  } finally {
    clearInterval(heartbeats);
  }
}

/** In milliseconds. An attempt that has just begun has all of its own time, but no more than is left for all attempts. */
function timeLeft({ startToCloseTimeoutMs, scheduleToCloseTimeoutMs, scheduledTimestampMs }: Info): number {
  const forThisAttempt = startToCloseTimeoutMs || Number.POSITIVE_INFINITY;
  const forAll = scheduleToCloseTimeoutMs || Number.POSITIVE_INFINITY;
  return Math.min(forThisAttempt, scheduledTimestampMs + forAll - Date.now());
}

/** The one translation of a service's failure into Temporal's. Expected refusals are benign: they raise no alert. */
export function toApplicationFailure(failure: ServiceFailure): ApplicationFailure {
  const { kind, retryable } = failure.failure;
  const { retryAfterMilliseconds } = failure.detail;
  return ApplicationFailure.create({
    message: failure.message,
    type: failure.type,
    nonRetryable: !retryable,
    details: [failure.detail],
    ...(kind === 'expected' && { category: ApplicationFailureCategory.BENIGN }),
    // Where none is told the retry policy of the activity decides.
    ...(retryAfterMilliseconds && { nextRetryDelay: retryAfterMilliseconds }),
  });
}
