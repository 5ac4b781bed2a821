import { randomInt } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { RoleError } from '../../ops/system/role-runner.ts';
import { PartError } from '../../parts/index.ts';
import { describeScript } from '../../platform/script.ts';
import { describe } from './report.ts';
import { soak } from './soak.ts';
import { openStage } from './stage.ts';
import { eventsOfOne } from './workload.ts';

interface Options {
  readonly minutes: number;
  readonly seed?: number;
  readonly workflows: number;
  readonly json?: true;
}

const { json, ...options } = describeScript(
  'npm run soak --',
  `Kills and freezes the broker, PostgreSQL, the bridge and the consumers while workflows record ${eventsOfOne} events each, and compares what was recorded, published, consumed and posted, id by id.`,
)
  .option('--minutes <number>', 'how long there are outages', minutes, 7)
  .option('--seed <number>', 'decides which outages there are; drawn unless given', wholeNumber(0, 999_999_999))
  .option('--workflows <number>', 'how many workflows', wholeNumber(1, 100_000), 2_000)
  .option('--json', 'print the result as one JSON object, with the plan of the outages')
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
  const stage = await openStage(report);
  try {
    const seed = options.seed ?? randomInt(1_000_000);
    report(`seed ${seed}`);
    const { result } = await soak(stage, { ...options, seed, signal: interruption.signal, report });
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
    return result.rules.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await stage.close();
  }
}

function minutes(text: string): number {
  const value = Number(text);
  if (value >= 0.3 && value <= 240) return value;
  throw new InvalidArgumentError('It is a number of minutes from 0.3 to 240.');
}
