import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { identify, isRunning, signalProcess, withDescendants } from '../../parts/process-identity.ts';
import { JobPool, StalledError } from './jobs/pool.ts';
import { stallsAt } from './jobs/stalling.ts';
import type { StubbornJob } from './jobs/stubborn-process.ts';
import type { Verdict } from './random/process.ts';
import { describeResult } from './random/report.ts';
import { type ProcessCase, processCases } from './random/test-case.ts';
import { runTestCases } from './random/test-cases.ts';

let reports: string[];
let close: () => Promise<void>;

beforeEach(() => {
  reports = [];
});

afterEach(async () => {
  await close();
  expect(startedProcesses()).toEqual([]);
});

function poolOf<Job, Result>(file: string, stallTimeoutMs: number): JobPool<Job, Result> {
  const report = (line: string) => reports.push(line);
  const pool = new JobPool<Job, Result>({
    file: new URL(file, import.meta.url),
    processes: 2,
    jobsEach: 3,
    stallTimeoutMs,
    report,
  });
  close = () => pool.close();
  return pool;
}

const startedProcesses = () => {
  const own = identify(process.pid);
  return own ? withDescendants(own).slice(1) : [];
};

test('a case that stalls is named with its command, and the verdict on the others is kept', async () => {
  const seed = 1;
  const runs = 24;
  const lines: string[] = [];
  const stalling = fc
    .sample(processCases, { seed, numRuns: runs })
    .flatMap((testCase, index) => (stallsAt(testCase) ? [index] : []));
  close = async () => undefined;

  const result = await runTestCases({
    runs,
    seed,
    report: (line) => lines.push(line),
    file: new URL('jobs/stalling-process.ts', import.meta.url),
    stallTimeoutMs: 700,
  });

  expect(stalling.length).toBeGreaterThan(0);
  expect(result.stalls.map(({ path }) => Number(path))).toEqual(stalling);
  expect(result.outcomes).toEqual({ completed: runs - stalling.length, stalled: stalling.length });
  expect(result).toMatchObject({ runs, failures: 0, failure: undefined });
  expect(lines.join('\n')).toContain(`--seed ${seed} --path ${stalling[0]}`);
  expect(describeResult(result, 1_000)).toContain(`no verdict on ${stalling.length}`);
}, 120_000);

test('a test server that stands still is given up with its process, and the case is run on another one', async () => {
  const pool = poolOf<ProcessCase, Verdict>('random/process.ts', 10_000);
  const [testCase] = fc.sample(processCases, { seed: 4, numRuns: 1 });
  if (!testCase) throw new Error('fast-check gave no case');
  const verdict = await pool.run(testCase);
  const before = startedProcesses();
  const server = before.at(-1);
  expect(before).toHaveLength(2);
  if (server) signalProcess(server, 'SIGSTOP');
  expect(await pool.run(testCase)).toEqual(verdict);
  expect(pool.givenUp).toBe(1);
  expect(reports).toEqual([expect.stringContaining('was given up')]);
  expect(before.filter(isRunning)).toEqual([]);
});

describe('jobs in processes of their own', () => {
  test('what a job finds wrong is never tried again', async () => {
    const pool = poolOf<StubbornJob, string>('jobs/stubborn-process.ts', 60_000);
    await expect(pool.run('break a rule')).rejects.toThrow('a rule is broken');
    expect(await pool.run('answer')).toBe('an answer');
    expect(pool.givenUp).toBe(0);
  });

  test('more jobs than a process may do are done by several', async () => {
    const pool = poolOf<StubbornJob, string>('jobs/stubborn-process.ts', 60_000);
    const answers = await Promise.all(Array.from({ length: 10 }, () => pool.run('answer')));
    expect(answers).toEqual(Array.from({ length: 10 }, () => 'an answer'));
    expect(pool.givenUp).toBe(0);
  });

  test('a pool that was closed starts no process any more, and gives up the job in progress', async () => {
    const pool = poolOf<StubbornJob, string>('jobs/stubborn-process.ts', 60_000);
    const inProgress = pool.run('never end');
    await Promise.all([pool.close(), expect(inProgress).rejects.toThrow('was ended while it had the job')]);
    await expect(pool.run('answer')).rejects.toThrow('the pool is closed');
    expect(startedProcesses()).toEqual([]);
  });

  test.each<[StubbornJob, string]>([
    ['never end', 'no news'],
    ['exit', 'ended by itself: 7'],
    ['throw where nobody waits', 'nobody waited'],
  ])('a job that no process can do is named, and those beside it are done: %s', async (job, reason) => {
    const pool = poolOf<StubbornJob, string>('jobs/stubborn-process.ts', 2_000);
    const [stubborn, ...others] = await Promise.allSettled([
      pool.run(job),
      ...Array.from({ length: 4 }, () => pool.run('answer')),
    ]);
    expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(stubborn).toMatchObject({ status: 'rejected', reason: expect.any(StalledError) });
    expect(stubborn).toMatchObject({ reason: { message: expect.stringContaining(reason) } });
    expect(pool.givenUp).toBe(3);
  });
});
