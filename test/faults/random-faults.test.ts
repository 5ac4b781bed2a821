import { expect, test } from '@jest/globals';
import { describeFailure, describeStall } from './random/report.ts';
import { runTestCases } from './random/test-cases.ts';

const report = (line: string) => void process.stderr.write(`${line}\n`);

/** Always the same ones, so that a change is what turns them red; `npm run random-faults` runs others. */
const runs = 200;
const seed = 13;

test(`random faults, people and cancellations: ${runs} runs with the seed ${seed}`, async () => {
  const { failure, stalls } = await runTestCases({ runs, seed, report });
  expect(failure && describeFailure(failure, seed)).toBeUndefined();
  expect(stalls.map((stall) => describeStall(stall, seed))).toEqual([]);
}, 600_000);
