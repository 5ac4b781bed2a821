import { randomInt } from 'node:crypto';
import { wholeNumber } from '../../../client/command-line/option-values.ts';
import { showProgress } from '../../../platform/progress-bar.ts';
import { describeScript } from '../../../platform/script.ts';
import setUp, { tearDown } from '../../setup/workflows.ts';
import { openRealServer } from './real-server/runner.ts';
import { describeFailure, describeResult, describeStall } from './report.ts';
import { type Kind, runTestCases, seeds } from './test-cases.ts';

const exitCodes = { broken: 1 } as const;
const secondsBetweenLines = 15;
const say = (line: string) => process.stderr.write(`${line}\n`);

const command = describeScript(
  'npm run random-faults --',
  'Runs random checkouts, refunds, invoices and payments in which anything goes wrong, and checks the rules of the audit after each.',
)
  .option('--runs <number>', 'how many', wholeNumber(1, 100_000), 200)
  .option(
    '--seed <number>',
    'the same seed gives the same runs; without, one that was never seen before',
    wholeNumber(0, seeds - 1),
  )
  .option(
    '--sequences',
    'what happens to one id instead: run, terminated, deleted, started again, refunded and swept in any order',
  )
  .option(
    '--resets',
    'the same on a real server with real services: reset to any task, deleted, started bare, refunded and swept',
  )
  .option('--path <path>', 'only the run to which this path leads, as a failure prints it')
  .option('--json', 'print the result as JSON')
  .parse();
const {
  runs,
  path,
  json,
  sequences,
  resets,
  seed = randomInt(seeds),
} = command.opts<{
  runs: number;
  seed?: number;
  path?: string;
  json?: true;
  sequences?: true;
  resets?: true;
}>();
if (sequences && resets) command.error('error: choose --sequences or --resets');
if (path !== undefined && !/^\d+(:\d+)*$/.test(path)) command.error('error: --path is as a failure prints it: 12:0:3');
if (path !== undefined && command.opts()['seed'] === undefined) command.error('error: --path needs its --seed');

say(`seed ${seed}`);
const kind: Kind = resets ? 'resets' : sequences ? 'sequences' : 'cases';
const start = Date.now();
if (!resets) await setUp();
const runner = resets ? await openRealServer() : undefined;
const progress = showProgress(path === undefined ? runs : 1, 'runs', secondsBetweenLines);
try {
  const result = await runTestCases({
    runs,
    seed,
    path,
    kind,
    ...(runner && { runner }),
    report: say,
    onEnd: () => progress.advance(),
  });
  progress.stop();
  const { failure, stalls } = result;
  if (json) process.stdout.write(`${JSON.stringify({ seed, ...result }, null, 2)}\n`);
  else process.stdout.write(`${describeResult(result, Date.now() - start)}\n`);
  if (failure && !json) process.stdout.write(`${describeFailure(failure, seed)}\n`);
  if (!json) for (const stall of stalls) process.stdout.write(`${describeStall(stall, seed, kind)}\n`);
  if (failure || stalls.length > 0) process.exitCode = exitCodes.broken;
} finally {
  progress.stop();
  if (!resets) await tearDown();
}
