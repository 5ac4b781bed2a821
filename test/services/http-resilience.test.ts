import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type FailureType, failures } from '../../contracts/catalogue.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { createResilience } from '../../platform/resilience.ts';

const options = { failuresToOpen: 3, halfOpenAfterMilliseconds: 2_000 };
const fail = (type: FailureType) => () => Promise.reject(new ServiceFailure(failures[type], type));
const succeed = async () => 'done';

async function failTimes(times: number, call: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time++) await expect(call()).rejects.toBeInstanceOf(ServiceFailure);
}

describe('the circuit of a service', () => {
  const start = new Date('2026-01-01T00:00:00Z').getTime();

  beforeEach(() => {
    jest.useFakeTimers({ now: start, doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  test('opens after failures in a row, and tells the time until it lets a call through', async () => {
    const { execute } = createResilience('books', options);
    await failTimes(2, () => execute(fail('Unavailable')));
    expect(await execute(succeed)).toBe('done');
    await failTimes(3, () => execute(fail('Unavailable')));
    jest.setSystemTime(start + 500);
    await expect(execute(succeed)).rejects.toMatchObject({
      type: 'Unavailable',
      message: 'books has failed 3 times in a row; calls are held back',
      detail: { retryAfterMilliseconds: 1_500 },
    });
  });

  test('lets one call through after its time, and closes when that succeeds', async () => {
    const { execute } = createResilience('books', options);
    await failTimes(3, () => execute(fail('Internal')));
    jest.setSystemTime(start + 2_000);
    expect(await execute(succeed)).toBe('done');
    await failTimes(2, () => execute(fail('Internal')));
    expect(await execute(succeed)).toBe('done');
  });

  test('opens again, for its whole time, when that call fails', async () => {
    const { execute } = createResilience('books', options);
    await failTimes(3, () => execute(fail('DeadlineExceeded')));
    jest.setSystemTime(start + 2_000);
    await expect(execute(fail('DeadlineExceeded'))).rejects.toMatchObject({ type: 'DeadlineExceeded' });
    await expect(execute(succeed)).rejects.toMatchObject({ detail: { retryAfterMilliseconds: 2_000 } });
  });

  test('stays closed whatever the service refuses', async () => {
    const { execute } = createResilience('books', options);
    for (const type of ['OutOfStock', 'InvalidRequest', 'RateLimited', 'Rejected'] as const) {
      await failTimes(3, () => execute(fail(type)));
    }
    expect(await execute(succeed)).toBe('done');
  });
});

describe('a call', () => {
  const countedFailure = (failure: () => Error) => {
    const counter = { calls: 0 };
    const call = () => {
      counter.calls++;
      return Promise.reject(failure());
    };
    return { counter, call };
  };

  test('is made once more when its connection broke', async () => {
    const { counter, call } = countedFailure(
      () => new ServiceFailure('Unavailable', 'no connection', {}, { cause: new Error('ECONNRESET') }),
    );
    await expect(createResilience('books', options).execute(call)).rejects.toMatchObject({ type: 'Unavailable' });
    expect(counter.calls).toBe(2);
  });

  test.each(['Unavailable', 'DeadlineExceeded', 'Internal', 'OutOfStock'] as const)(
    'is made once when the service answers %s',
    async (type) => {
      const { counter, call } = countedFailure(() => new ServiceFailure(failures[type], type));
      await expect(createResilience('books', options).execute(call)).rejects.toMatchObject({ type });
      expect(counter.calls).toBe(1);
    },
  );
});
