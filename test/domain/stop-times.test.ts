import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { longestStopMs, workerGraceMs } from '../../platform/stop-times.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** How long attempts of activities may take, in milliseconds, by the files that say so. */
async function attempts(): Promise<[string, number][]> {
  const found: [string, number][] = [];
  for await (const file of glob('workflows/**/*.ts', { cwd: project })) {
    const text = readFileSync(`${project}/${file}`, 'utf8');
    for (const [, duration] of text.matchAll(/startToCloseTimeout: '([^']+)'/g)) {
      found.push([file, msToNumber(duration as '1s')]);
    }
  }
  return found;
}

test('a worker that is to stop finishes every attempt of an activity that it has begun', async () => {
  const all = await attempts();

  expect(all.length).toBeGreaterThan(20);
  expect(all.filter(([, milliseconds]) => milliseconds >= workerGraceMs)).toEqual([]);
});

test('a process is ended by itself before those that stop it end it', () => {
  const longest = longestStopMs([workerGraceMs]);
  expect(longest).toBe(workerGraceMs + longestStopMs([]));

  const runner = readFileSync(`${project}/ops/system/role-runner.ts`, 'utf8');
  const [, patience] = /patience: ([\d_]+) \}/.exec(runner) ?? [];
  expect(Number(patience?.replaceAll('_', ''))).toBeGreaterThan(longest);
});
