import { randomInt } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { RoleError } from '../../ops/system/role-runner.ts';
import { PartError } from '../../parts/index.ts';
import { describeScript } from '../../platform/script.ts';
import { startShopSystem } from '../setup/shop-system.ts';
import { runCourse } from './course.ts';
import { describe } from './report.ts';

interface Options {
  readonly minutes: number;
  readonly seed?: number;
  readonly rate: number;
  readonly json?: true;
}

const { json, minutes, rate, seed } = describeScript(
  'npm run chaos --',
  'Kills and freezes every part and every process at random while checkouts, refunds, invoices and payments go on, and audits what came of it.',
)
  .option('--minutes <number>', 'how long there are outages', numberFrom(0.3, 240, 'minutes'), 5)
  .option('--seed <number>', 'decides which outages there are; drawn unless given', wholeNumber(0, 999_999_999))
  .option('--rate <number>', 'pieces of work that begin in a second', numberFrom(0.1, 100, 'pieces'), 1)
  .option('--json', 'print the result as one JSON object, with what was killed and what was done')
  .parse()
  .opts<Options>();

/** Standard output is for the result. */
const report = (line: string) => process.stderr.write(`${line}\n`);
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    report('Stopping …');
    interruption.abort(new Interrupted());
  });
}

class Interrupted extends Error {}

try {
  process.exitCode = await run();
} catch (error) {
  process.exitCode = 1;
  if (error instanceof PartError || error instanceof RoleError) report(error.message);
  else if (!(error instanceof Interrupted)) throw error;
}
// Calls that an interruption has left behind must not hold the process up.
process.exit();

async function run(): Promise<number> {
  // What was committed outlives a kill: PostgreSQL is durable.
  const system = await startShopSystem({ durable: true, report });
  try {
    const drawn = seed ?? randomInt(1_000_000);
    report(`seed ${drawn}`);
    const { signal } = interruption;
    const result = await runCourse(system, { seed: drawn, minutes, perSecond: rate, signal, report });
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
    return result.rules.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await system.stop();
  }
}

function numberFrom(least: number, most: number, what: string) {
  return (text: string): number => {
    const value = Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It is a number of ${what} from ${least} to ${most}.`);
  };
}
