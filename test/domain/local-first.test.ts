import { describe, expect, test } from '@jest/globals';
import { RetryState } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow';
import { localFirst } from '../../workflows/kit/local-first.ts';

const final = ApplicationFailure.nonRetryable('there are 2 left', 'OutOfStock');
const passing = ApplicationFailure.retryable('away', 'Unavailable');
const wrapped = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'reserve', '1', RetryState.TIMEOUT, 'worker', cause);

/** Makes the call, of which the local activity ends with `local`. */
async function call(local: unknown) {
  const made: string[] = [];
  const end = (name: string, outcome: unknown) => async () => {
    made.push(name);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const result = await localFirst(end('local', local), end('remote', 'from the server')).catch((error) => error);
  return { made, result };
}

describe('a call that is made as a local activity first', () => {
  test('is not made again when that has answered', async () => {
    expect(await call('at once')).toEqual({ made: ['local'], result: 'at once' });
  });

  test.each<[string, Error]>([
    ['it was refused for good', final],
    ['it was refused for good, as the cause of an activity that failed', wrapped(final)],
    ['it was cancelled', new CancelledFailure('cancelled')],
    ['it was cancelled while it ran', wrapped(new CancelledFailure('cancelled'))],
  ])('is not made again when %s', async (_, error) => {
    const { made, result } = await call(error);
    expect(made).toEqual(['local']);
    expect(result).toBe(error);
  });

  test.each<[string, Error]>([
    ['failed in a passing way', passing],
    ['failed in a passing way, as the cause of an activity that failed', wrapped(passing)],
    ['timed out', wrapped(new TimeoutFailure('timed out', undefined, 'START_TO_CLOSE'))],
    ['failed in an unknown way', new Error('odd')],
  ])('is made by the server when it %s', async (_, error) => {
    expect(await call(error)).toEqual({ made: ['local', 'remote'], result: 'from the server' });
  });
});
