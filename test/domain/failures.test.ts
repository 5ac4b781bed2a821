import { expect, test } from '@jest/globals';
import { toApplicationFailure } from '../../activities/service-call.ts';
import { type FailureType, failures, isFailureType, ServiceFailure } from '../../contracts/failures.ts';
import { fromAnswer, toProblem } from '../../platform/http/problem.ts';

const types = Object.keys(failures) as FailureType[];

test.each(types)('%s goes from a service to the workflow and stays what it is', (type) => {
  const detail = { field: 'lines.0.sku', retryAfterMilliseconds: 1500, facts: { sku: 'product-1', available: 3 } };
  const problem = toProblem(new ServiceFailure(type, 'it did not work', detail));
  expect(problem.status).toBe(failures[type].httpStatus);

  const received = fromAnswer('inventory', problem.status, JSON.parse(JSON.stringify(problem)), null);
  expect(received).toMatchObject({ type, message: 'it did not work', detail });

  const thrown = toApplicationFailure(received);
  expect(thrown).toMatchObject({ type, nonRetryable: !failures[type].retryable });
  expect(thrown.category === 'BENIGN').toBe(failures[type].kind === 'expected');
});

test.each([
  [500, 'Internal'],
  [502, 'Internal'],
  [503, 'Unavailable'],
  [504, 'DeadlineExceeded'],
  [429, 'RateLimited'],
  [418, 'Rejected'],
  [404, 'Rejected'],
] as const)('an answer of %d that is no problem of ours is %s', (status, type) => {
  expect(fromAnswer('inventory', status, '<html>', null).type).toBe(type);
});

test('Retry-After is handed on', () => {
  expect(fromAnswer('payments', 429, {}, '7').detail.retryAfterMilliseconds).toBe(7000);
});

test('no type that comes from outside is trusted', () => {
  expect(['toString', '__proto__', 'constructor', '', 7, undefined].some(isFailureType)).toBe(false);
});
