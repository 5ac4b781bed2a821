import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lives } from '../faults/random/life.ts';
import { live } from '../faults/random/live.ts';
import { CheckoutEnvironment } from './environment.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ timeIsFree: true });
});

afterAll(() => environment?.close());

test('whatever happens to an id, it leaves money, stock, orders, books and mails as one run would have', async () => {
  const told = fc.sample(lives, { seed: 11, numRuns: 24 });
  const endings = await Promise.all(told.map((life) => live(environment, life, `life-${randomUUID()}`)));
  const broken = endings.flatMap(({ problems }, index) =>
    problems.length > 0 ? [{ problems, life: told[index] }] : [],
  );
  expect(broken).toEqual([]);
  expect(new Set(endings.map(({ outcome }) => outcome))).toEqual(new Set(['completed', 'cancelled', 'none']));
});
