import { describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { observedBy } from '../../platform/current-role.ts';
import { Readiness } from '../../platform/readiness.ts';
import { readyWhile } from '../../platform/ready-while.ts';

const started = () => {
  const readiness = new Readiness();
  readiness.started();
  return readiness;
};

describe('a role', () => {
  test('is not ready before its start has ended, and never again once it stops', async () => {
    const readiness = new Readiness();
    expect(await readiness.reasons()).toEqual(['it is starting']);

    readiness.started();
    expect(await readiness.reasons()).toEqual([]);

    readiness.withdraw();
    readiness.started();
    expect(await readiness.reasons()).toEqual(['it is stopping']);
  });

  test('is ready while every check passes, and says of each that does not why', async () => {
    const readiness = started();
    let isSubscribed = false;
    readiness.add('the consumer ledger', () => {
      if (!isSubscribed) throw new Error('it takes no messages');
    });
    const forget = readiness.add('the database', () => Promise.reject(new Error('it is away')));
    expect(await readiness.reasons()).toEqual([
      'the consumer ledger: it takes no messages',
      'the database: it is away',
    ]);

    isSubscribed = true;
    forget();
    expect(await readiness.reasons()).toEqual([]);
  });

  test('is not ready while a check does not answer', async () => {
    const readiness = started();
    readiness.add('the database', () => new Promise(() => undefined));
    expect(await readiness.reasons()).toEqual(['the database: no answer within 800 ms']);
  });
});

test('what a role adds counts for it alone, and outside of every role nothing is added', async () => {
  const [one, other] = [started(), started()];
  const fails = () => {
    throw new Error('away');
  };
  observedBy({ registry: new Registry(), readiness: one }, () => readyWhile('Temporal', fails));
  readyWhile('Temporal', fails)();

  expect(await one.reasons()).toEqual(['Temporal: away']);
  expect(await other.reasons()).toEqual([]);
});
