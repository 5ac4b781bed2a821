import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);

/** Parts of its own, and nothing of the test runner's. */
const { AMQP_URL: _, DATABASE_URL: __, TEMPORAL_ADDRESS: ___, NODE_OPTIONS: ____, ...environment } = process.env;

test('the bench of invoicing measures a run by itself, the same rows by pg, and checkouts with and without a run', async () => {
  const parameters = ['bench/invoicing/main.ts', '--json', '--residents', '250', '--seconds', '2'];
  const { stdout } = await run(process.execPath, parameters, { env: environment });

  const result = JSON.parse(stdout);
  expect(result).toMatchObject({ residents: 250, histories: 1 });
  // A start, its three pages and its end.
  expect(result.historyEvents).toBeGreaterThan(20);
  expect(result.committedPerSecond).toBeCloseTo(250 / result.committedSeconds);
  expect(result.issuedToRaw).toBeCloseTo(result.issuedPerSecond / result.rawPerSecond);
  expect(result.issuedPerSecond).toBeGreaterThan(0);
  expect(result.rawPerSecond).toBeGreaterThan(0);
  for (const each of [result, result.meanwhile.run]) {
    expect(each.committedSeconds).toBeGreaterThan(0);
    expect(each.mailedSeconds).toBeGreaterThanOrEqual(each.committedSeconds);
  }
  const { idle, during } = result.meanwhile;
  for (const times of [idle, during]) {
    expect(times.checkouts).toBeGreaterThan(0);
    expect(times.resultP99Ms).toBeGreaterThanOrEqual(times.answerP50Ms);
  }
  expect(result.meanwhile.resultP99Ratio).toBeCloseTo(during.resultP99Ms / idle.resultP99Ms);
}, 240_000);

test('a wrong option is told, and ends it with 2', async () => {
  const parameters = ['bench/invoicing/main.ts', '--residents', 'many'];
  const failure = await run(process.execPath, parameters, { env: environment }).catch((error) => error);

  expect(failure).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--residents:') });
});
