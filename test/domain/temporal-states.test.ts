import { expect, test } from '@jest/globals';
import {
  QueryNotRegisteredError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { stateOf } from '../../client/process-states.ts';
import { translateTemporalError } from '../../client/temporal-failures.ts';

test.each([
  ['RUNNING', undefined, 'running'],
  ['RUNNING', 'in-review', 'in-review'],
  ['RUNNING', 'completed', 'completed'],
  ['PAUSED', 'needs-action', 'needs-action'],
  ['COMPLETED', 'refused', 'refused'],
  ['COMPLETED', undefined, 'completed'],
  ['CANCELLED', 'cancelled', 'cancelled'],
  ['CANCELLED', 'refused', 'refused'],
  ['CANCELLED', 'needs-action', 'cancelled'],
  ['FAILED', 'failed', 'failed'],
  ['FAILED', undefined, 'failed'],
  ['TERMINATED', 'needs-action', 'terminated'],
  ['TERMINATED', 'completed', 'terminated'],
  ['TIMED_OUT', 'payment-unknown', 'timed-out'],
  ['RUNNING', 'toString', 'running'],
] as const)('a workflow that is %s and has written %s is %s', (name, written, state) => {
  expect(stateOf({ status: { name, code: 0 } }, written)).toBe(state);
});

test.each([
  [new QueryNotRegisteredError('[TMPRL1100] Nondeterminism error', 3), 'Internal'],
  [new QueryNotRegisteredError('Workflow did not register a handler for status.', 3), 'InvalidState'],
  [new WorkflowUpdateRPCTimeoutOrCancelledError('the server shuts down'), 'DeadlineExceeded'],
])('%s is a failure of the catalogue', (error, type) => {
  expect(translateTemporalError(error)).toMatchObject({ name: 'ServiceFailure', type, cause: error });
});

const grpcError = (code: number, details: string) =>
  new ServiceError('Failed to start Workflow', {
    cause: Object.assign(new Error(details), { code, details, metadata: {} }),
  });

test.each([
  ['a server that has ended in the middle of a call', 13, 'Received RST_STREAM with code 2 (Internal server error)'],
  ['a server that has lost its database for a moment', 2, 'database is locked'],
  ['a call that another one has aborted', 10, 'aborted'],
])('%s may answer later', (_, code, details) => {
  const failure = translateTemporalError(grpcError(code, details));
  expect(failure).toMatchObject({ type: 'Unavailable', failure: { retryable: true } });
});

test('an answer that cannot be read stays what it is', () => {
  const error = grpcError(13, 'Error decoding response');
  expect(translateTemporalError(error)).toBe(error);
});

test('an error that has a meaning of its own stays what it is', () => {
  const error = new WorkflowExecutionAlreadyStartedError('started', 'checkout/c-1', 'checkout');
  expect(translateTemporalError(error)).toBe(error);
});
