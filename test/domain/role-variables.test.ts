import { describe, expect, test } from '@jest/globals';
import { environmentOfRole, forRole } from '../../platform/role-variables.ts';

describe('the environment of a role', () => {
  const shared = { AMQP_URL: 'amqp://shared', LEDGER_URL: 'http://ledger' };

  test('is that of its process, and what is for it alone counts first', () => {
    const ofProcess = { ...shared, DATABASE_URL: 'for-all', LEDGER_DATABASE_URL: 'for-one', LEDGER_PORT: '1' };
    expect(environmentOfRole('ledger', ofProcess, false)).toMatchObject({
      ...shared,
      DATABASE_URL: 'for-one',
      PORT: '1',
    });
    expect(environmentOfRole('orders', ofProcess, false)).toMatchObject({ ...shared, DATABASE_URL: 'for-all' });
  });

  test('has a port that is for all only where there is no other role', () => {
    const ofProcess = { PORT: '1', METRICS_PORT: '2', TEMPORAL_METRICS_PORT: '3', PORTAL: 'kept' };
    expect(environmentOfRole('ledger', ofProcess, true)).toEqual(ofProcess);
    expect(environmentOfRole('ledger', ofProcess, false)).toEqual({ PORTAL: 'kept' });
  });

  test('is read as it was written for the role', () => {
    const written = {
      ...forRole('ledger-consumer', { METRICS_PORT: '1' }),
      ...forRole('ledger', { METRICS_PORT: '2' }),
    };
    expect(written).toEqual({ LEDGER_CONSUMER_METRICS_PORT: '1', LEDGER_METRICS_PORT: '2' });
    expect(environmentOfRole('ledger-consumer', written, false)['METRICS_PORT']).toBe('1');
    expect(environmentOfRole('ledger', written, false)['METRICS_PORT']).toBe('2');
  });

  test('what is empty for the role alone is not what is for all', () => {
    expect(environmentOfRole('ledger', { METRICS_PORT: '1', LEDGER_METRICS_PORT: '' }, true)['METRICS_PORT']).toBe('');
  });
});
