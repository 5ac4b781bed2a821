import { describe, expect, test } from '@jest/globals';
import { ApplicationFailureCategory, RetryState } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/workflow';
import { type FailureType, failures, failureTypes } from '../../contracts/catalogue.ts';
import { cancelledByCustomer } from '../../workflows/checkout/reasons.ts';
import { failure, processFailure, requireDecision } from '../../workflows/kit/failure.ts';
import { outcomeOf } from '../../workflows/kit/outcome.ts';
import { isOutcomeUnknown, reasonOf } from '../../workflows/kit/reason.ts';

const activity = (cause: Error) =>
  new ActivityFailure('Activity task failed', 'reserve', '1', RetryState.TIMEOUT, 'worker', cause);
/** The cause comes with the failure from the server; the constructor does not take it. */
const timeout = (cause?: Error) =>
  Object.assign(new TimeoutFailure('timed out', undefined, 'START_TO_CLOSE'), { cause });
const cancellation = () => new CancelledFailure('cancelled');

const outOfStock = failure(failures.OutOfStock, 'there are 2 left', { field: 'lines.0', facts: { available: 2 } });
const away = ApplicationFailure.create({ type: 'Unavailable', message: 'away', nonRetryable: false });

describe('the reason of an early end', () => {
  const stated = { type: 'OutOfStock', message: 'there are 2 left', field: 'lines.0', facts: { available: 2 } };

  test.each<[string, Error]>([
    ['thrown by the workflow', outOfStock],
    ['that came from an activity', activity(outOfStock)],
    ['that a timeout hides', activity(timeout(outOfStock))],
  ])('is the failure %s, with its field and facts', (_, error) => {
    expect(reasonOf(error)).toEqual(stated);
  });

  test('has no field and no facts where the failure has none', () => {
    expect(reasonOf(failure(failures.CardDeclined, 'declined'))).toEqual({ type: 'CardDeclined', message: 'declined' });
    expect(reasonOf(away)).toEqual({ type: 'Unavailable', message: 'away' });
  });

  test.each<[string, unknown]>([
    ['a timeout', activity(timeout())],
    ['a failure without a type', activity(ApplicationFailure.create({ message: 'odd' }))],
  ])('of %s is that a service did not answer', (_, error) => {
    expect(reasonOf(error)).toMatchObject({ type: 'DeadlineExceeded' });
  });

  test('is none for a defect of workflow code, which fails the workflow task', () => {
    const defect = new TypeError('odd');
    expect(() => reasonOf(defect)).toThrow(defect);
    expect(() => isOutcomeUnknown(defect)).toThrow(defect);
  });

  test.each<[string, unknown]>([
    ['of the workflow', cancellation()],
    ['of an activity', activity(cancellation())],
  ])('is what the process calls its cancellation after one %s', (_, error) => {
    expect(reasonOf(error)).toEqual({ type: 'InvalidState', message: 'it was cancelled' });
    expect(reasonOf(error, cancelledByCustomer)).toEqual(cancelledByCustomer);
  });
});

describe('the outcome of an early end', () => {
  const outcome = (type: string) => outcomeOf({ type, message: '' }, cancelledByCustomer);

  test('is refused for what belongs to the business and for a wrong request, failed for every other type', () => {
    for (const type of failureTypes.filter((one) => one !== 'CancelledByCustomer')) {
      const isRefusal = failures[type].kind === 'expected' || type === 'InvalidRequest';
      expect([type, outcome(type)]).toEqual([type, isRefusal ? 'refused' : 'failed']);
    }
  });

  test('is cancelled when the customer cancelled', () => {
    expect(outcome('CancelledByCustomer')).toBe('cancelled');
  });

  test('is cancelled by a type that any service answers with only when it was said so', () => {
    const cancelled = { type: 'InvalidState', message: 'it was cancelled' };
    expect(outcomeOf({ ...cancelled }, cancelled)).toBe('cancelled');
    expect(outcomeOf({ ...cancelled, message: 'the run is closed' }, cancelled)).toBe('failed');
  });

  test.each(['TypeError', 'toString', ''])('is failed for %j, which the catalogue does not have', (type) => {
    expect(outcome(type)).toBe('failed');
  });
});

describe('the outcome of a call', () => {
  test('is known after a refusal and after a cancellation', () => {
    for (const error of [outOfStock, activity(outOfStock), cancellation(), activity(cancellation())]) {
      expect(isOutcomeUnknown(error)).toBe(false);
    }
  });

  test('is unknown after a failure that may be tried again, and after a timeout', () => {
    for (const error of [away, activity(away), activity(timeout()), activity(timeout(away))]) {
      expect(isOutcomeUnknown(error)).toBe(true);
    }
  });
});

describe('a failure of a workflow', () => {
  test.each(failureTypes)('%s is final, and benign only when it belongs to the business', (type: FailureType) => {
    const thrown = failure(failures[type], 'it did not work', { field: 'lines' });
    expect(thrown).toMatchObject({
      type,
      message: 'it did not work',
      nonRetryable: true,
      details: [{ field: 'lines' }],
    });
    expect(thrown.category === ApplicationFailureCategory.BENIGN).toBe(failures[type].kind === 'expected');
  });

  test('has a detail even where there is nothing to say', () => {
    expect(failure('InvalidState', 'too late').details).toEqual([{}]);
  });

  test('of a whole process carries the result, so that what was undone can be read', () => {
    const result = { outcome: 'failed', undone: ['reserve'] } as never;
    expect(processFailure({ type: 'Internal', message: 'broken' }, result)).toMatchObject({
      type: 'Internal',
      message: 'broken',
      nonRetryable: true,
      details: [result],
    });
  });
});

describe('a decision', () => {
  const decision = { decision: 'retry', by: 'ada', note: 'the bank is back' };
  const refusedField = (changes: object) => {
    try {
      requireDecision({ ...decision, ...changes }, ['retry', 'settle']);
      return undefined;
    } catch (error) {
      expect(error).toMatchObject({ type: 'InvalidRequest', nonRetryable: true });
      return (error as { details: { field: string }[] }).details[0]?.field;
    }
  };

  test.each([
    {},
    { decision: 'settle' },
    { by: 'x' },
    { by: 'x'.repeat(255) },
    { note: 'x' },
    { note: 'x'.repeat(1_000) },
  ])('is taken with %j', (changes) => {
    expect(refusedField(changes)).toBeUndefined();
  });

  test.each<[string, object]>([
    ['decision', { decision: 'forget' }],
    ['decision', { decision: undefined }],
    ['by', { by: '' }],
    ['by', { by: '  ' }],
    ['by', { by: 7 }],
    ['by', { by: undefined }],
    ['by', { by: 'x'.repeat(256) }],
    ['note', { note: '' }],
    ['note', { note: '\n' }],
    ['note', { note: ['x'] }],
    ['note', { note: 'x'.repeat(1_001) }],
  ])('is refused by its field %s: %j', (field, changes) => {
    expect(refusedField(changes)).toBe(field);
  });
});
