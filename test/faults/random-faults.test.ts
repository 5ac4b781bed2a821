import { randomInt } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { describeFailure } from './random/report.ts';
import { runStories } from './random/stories.ts';

test.each([
  ['the same as always', 200, 4],
  ['never seen before', 50, randomInt(2 ** 31)],
])(
  'random faults, people and cancellations, %s: %i runs with the seed %i',
  async (_, runs, seed) => {
    const { failure } = await runStories({ runs, seed });
    expect(failure && describeFailure(failure, seed)).toBeUndefined();
  },
  300_000,
);
