import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { failures, ServiceFailure } from '../contracts/failures.ts';
import type { CallOptions } from '../platform/http/contract.ts';

/** Left of an activity's time when its call gives up, so that the answer still reaches the server. */
const reserve = 250;

/**
 * Calls a service from an activity: hands down the activity's cancellation and deadline and the checkout's id, and turns
 * a failure of the catalogue into an `ApplicationFailure` of the same type, retryable as the catalogue says.
 *
 * @throws {ApplicationFailure} whose `type` is a type of the failure catalogue
 */
export async function callService<Result>(call: (options: CallOptions) => Promise<Result>): Promise<Result> {
  const { workflowExecution, startToCloseTimeoutMs, currentAttemptScheduledTimestampMs } = activityInfo();
  const elapsed = Math.max(0, Date.now() - currentAttemptScheduledTimestampMs);
  try {
    return await call({
      signal: cancellationSignal(),
      correlationId: workflowExecution?.workflowId.replace(/^.*\//, ''),
      timeoutMilliseconds: Math.max(
        startToCloseTimeoutMs - Math.min(elapsed, startToCloseTimeoutMs / 2) - reserve,
        reserve,
      ),
    });
  } catch (error) {
    if (error instanceof ServiceFailure) throw toApplicationFailure(error);
    throw error;
  }
}

/** The one translation of a service's failure into Temporal's. Expected refusals are benign: they page nobody. */
export function toApplicationFailure(failure: ServiceFailure): ApplicationFailure {
  const definition = failures[failure.type];
  const { retryAfterMilliseconds } = failure.detail;
  return ApplicationFailure.create({
    message: failure.message,
    type: failure.type,
    nonRetryable: !definition.retryable,
    details: [failure.detail],
    ...(definition.kind === 'expected' && { category: ApplicationFailureCategory.BENIGN }),
    ...(retryAfterMilliseconds !== undefined && { nextRetryDelay: retryAfterMilliseconds }),
  });
}
