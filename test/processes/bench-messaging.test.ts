import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);

/** Parts of its own, and nothing of the test runner's. */
const { AMQP_URL: _, DATABASE_URL: __, NODE_OPTIONS: ___, ...environment } = process.env;

test('the bench of messaging measures all subjects, and every event has one journal', async () => {
  const parameters = ['bench/messaging/main.ts', '--json', '--rounds', '1', '--seconds', '0.3'];
  const { stdout } = await run(process.execPath, parameters, { env: environment });

  const result = JSON.parse(stdout);
  const rates = ['bridge', 'pipelined', 'oneAtATime', 'ledger', 'rawLedger'].map((name) => result[`${name}PerSecond`]);
  expect(rates).toEqual(rates.map(() => expect.any(Number)));
  expect(Math.min(...rates)).toBeGreaterThan(0);
  expect(result.endToEnd.slowest).toBeGreaterThanOrEqual(result.endToEnd.p50);
  expect(result.endToEnd.milestones).toBeGreaterThan(0);
  expect(result.books).toMatchObject({
    hold: true,
    journals: result.books.events,
    eventsWithTwoJournals: 0,
    deadLetters: 0,
    credits: result.books.debits,
  });
  expect(result.books.events).toBeGreaterThan(result.endToEnd.milestones);
}, 180_000);

test('a wrong option is told, and ends it with 2', async () => {
  const failure = await run(process.execPath, ['bench/messaging/main.ts', '--rounds', 'many']).catch((error) => error);

  expect(failure).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--rounds:') });
});
