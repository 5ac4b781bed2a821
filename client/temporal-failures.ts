import {
  isGrpcServiceError,
  isRetryableError,
  QueryNotRegisteredError,
  ServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import { failureNamed } from '../contracts/catalogue.ts';
import { type DefectType, type FailureDetail, ServiceFailure } from '../contracts/failures.ts';

const failedPrecondition = 9;

/** By the number of the gRPC status, as in `google.rpc.Code`. What is missing here stays as it is: a defect. */
const types: Readonly<Record<number, DefectType>> = {
  4: 'DeadlineExceeded',
  5: 'NotFound',
  7: 'Rejected',
  8: 'RateLimited',
  // To a query: no worker polls the task queue.
  [failedPrecondition]: 'Unavailable',
  14: 'Unavailable',
  16: 'Rejected',
};

/** What a caller is told of an error of Temporal's server, or of a workflow's refusal; any other error is given back. */
export function translateTemporalError(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError) return refusalOf(error);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    const message = `Temporal did not answer in time (${error.message}); it may have been done: ask again`;
    return new ServiceFailure('DeadlineExceeded', message, {}, { cause: error });
  }
  if (error instanceof QueryNotRegisteredError) {
    if (/did not register/.test(error.message)) {
      const message = 'the workflow does not say where it stands: it has another one do its work, and waits for it';
      return new ServiceFailure('InvalidState', message, {}, { cause: error });
    }
    // A worker of another version, or one that cannot replay the history.
    return new ServiceFailure('Internal', `the workflow cannot answer: ${error.message}`, {}, { cause: error });
  }
  if (error instanceof NamespaceNotFoundError) {
    const message = `Temporal has no namespace ${error.namespace}; set TEMPORAL_NAMESPACE to one that it has`;
    return new ServiceFailure('NotFound', message, {}, { cause: error });
  }
  const cause = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(cause)) return error;
  // What the SDK itself would ask again may be answered later: a connection that broke off, for one.
  const type = types[cause.code] ?? (isRetryableError(cause) ? 'Unavailable' : undefined);
  return type ? new ServiceFailure(type, `Temporal: ${cause.details}`, {}, { cause: error }) : error;
}

/**
 * Whether the server could not give an update to its workflow, since the workflow task failed that was to take it: its worker
 * was lost, for one. The same update again, with its id, is done once.
 */
export function isWorkflowNotReady(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && cause.code === failedPrecondition;
}

/** Why a workflow has refused an update, as its validator said. */
function refusalOf(error: WorkflowUpdateFailedError): unknown {
  if (!(error.cause instanceof ApplicationFailure)) return error;
  const { type, message, details } = error.cause;
  const failure = failureNamed(type);
  if (!failure) return error;
  return new ServiceFailure(failure, message, (details?.[0] ?? {}) as FailureDetail, { cause: error });
}
