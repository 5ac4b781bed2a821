import { randomInt } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { describeFailure } from './random/report.ts';
import { runStories, seeds } from './random/stories.ts';

const report = (line: string) => void process.stderr.write(`${line}\n`);

test.each([
  ['the same as always', 200, 4],
  ['never seen before', 50, randomInt(seeds)],
])(
  'random faults, people and cancellations, %s: %i runs with the seed %i',
  async (_, runs, seed) => {
    const { failure } = await runStories({ runs, seed, report });
    expect(failure && describeFailure(failure, seed)).toBeUndefined();
  },
  600_000,
);
