import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { ServiceFailure } from '../../contracts/failures.ts';
import { isTransient } from '../../messaging/consuming/handler-failures.ts';
import { translateDatabaseError } from '../../platform/database.ts';

const answered = (code: string) => Object.assign(new pg.DatabaseError(code, 1, 'error'), { code });
const broken = (message: string, code?: string) => Object.assign(new Error(message), code && { code });

describe('a database that cannot do it now', () => {
  test.each([
    ['40001', 'serialization_failure'],
    ['40003', 'statement_completion_unknown'],
    ['40P01', 'deadlock_detected'],
    ['55P03', 'lock_not_available'],
    ['25P03', 'idle_in_transaction_session_timeout'],
    ['08000', 'connection_exception'],
    ['08003', 'connection_does_not_exist'],
    ['08006', 'connection_failure'],
    ['53100', 'disk_full'],
    ['53200', 'out_of_memory'],
    ['53300', 'too_many_connections'],
    ['57P01', 'admin_shutdown'],
    ['57P02', 'crash_shutdown'],
    ['57P03', 'cannot_connect_now'],
  ])('answers %s (%s): the call may be made again, and an event is held', (code) => {
    expect(translateDatabaseError(answered(code))).toMatchObject({ constructor: ServiceFailure, type: 'Unavailable' });
    expect(isTransient(answered(code))).toBe(true);
  });

  test.each([
    broken('connect ECONNREFUSED', 'ECONNREFUSED'),
    broken('read ECONNRESET', 'ECONNRESET'),
    broken('write EPIPE', 'EPIPE'),
    broken('connect ETIMEDOUT', 'ETIMEDOUT'),
    broken('Connection terminated unexpectedly'),
    broken('Connection terminated due to connection timeout'),
    broken('timeout exceeded when trying to connect'),
    broken('Client has encountered a connection error and is not queryable'),
  ])('does not answer (%p): the same', (error) => {
    expect(translateDatabaseError(error)).toMatchObject({ type: 'Unavailable' });
    expect(isTransient(error)).toBe(true);
  });
});

describe('what no repetition changes', () => {
  test.each(['23505', '23514', '42P01', '42501', '57014', '28P01'])('%s stays as it is', (code) => {
    const error = answered(code);
    expect(translateDatabaseError(error)).toBe(error);
    expect(isTransient(error)).toBe(false);
  });

  test.each(['22021', '22P05', '22003', '22008'])('%s, a value that cannot be stored, is the caller’s', (code) => {
    expect(translateDatabaseError(answered(code))).toMatchObject({ type: 'InvalidRequest' });
    expect(isTransient(answered(code))).toBe(false);
  });

  test.each([new Error('40001'), undefined, null, '40P01', { code: 40 }])('%p is no answer of a database', (error) => {
    expect(translateDatabaseError(error)).toBe(error);
    expect(isTransient(error)).toBe(false);
  });
});
