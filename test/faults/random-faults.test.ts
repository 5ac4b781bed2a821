import { expect, test } from '@jest/globals';
import { describeFailure, describeStall } from './random/report.ts';
import { runStories } from './random/stories.ts';

const report = (line: string) => void process.stderr.write(`${line}\n`);

/** Always the same ones, so that a change is what turns them red; `npm run random-faults` plays others. */
const runs = 200;
const seed = 12;

test(`random faults, people and cancellations: ${runs} runs with the seed ${seed}`, async () => {
  const { failure, stalls } = await runStories({ runs, seed, report });
  expect(failure && describeFailure(failure, seed)).toBeUndefined();
  expect(stalls.map((stall) => describeStall(stall, seed))).toEqual([]);
}, 600_000);
