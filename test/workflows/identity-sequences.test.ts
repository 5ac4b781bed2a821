import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runSequence } from '../faults/random/run-sequence.ts';
import { identitySequences } from '../faults/random/sequence.ts';
import { CheckoutEnvironment } from './environment.ts';

let environment: CheckoutEnvironment;

beforeAll(async () => {
  environment = await CheckoutEnvironment.create({ timeIsFree: true, withBackOffice: true });
});

afterAll(() => environment?.close());

test('whatever happens to an id, it leaves money, stock, orders, books and mails as one run would have', async () => {
  const sampled = fc.sample(identitySequences, { seed: 11, numRuns: 24 });
  const verdicts = await Promise.all(
    sampled.map((sequence) => runSequence(environment, sequence, `sequence-${randomUUID()}`)),
  );
  const broken = verdicts.flatMap(({ problems }, index) =>
    problems.length > 0 ? [{ problems, sequence: sampled[index] }] : [],
  );
  expect(broken).toEqual([]);
  expect(new Set(verdicts.map(({ outcome }) => outcome))).toEqual(new Set(['completed', 'cancelled', 'none']));
});
