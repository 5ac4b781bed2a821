import { randomInt } from 'node:crypto';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { describeScript } from '../../platform/script.ts';
import { numberFrom, report, runInterruptibly } from '../chaos/interruptible.ts';
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
  .option('--minutes <number>', 'how long there are outages', numberFrom(0.3, 240, 'minutes'), 7)
  .option('--seed <number>', 'decides which outages there are; drawn unless given', wholeNumber(0, 999_999_999))
  .option('--workflows <number>', 'how many workflows', wholeNumber(1, 100_000), 2_000)
  .option('--json', 'print the result as one JSON object, with the plan of the outages')
  .parse()
  .opts<Options>();

await runInterruptibly(run);

async function run(signal: AbortSignal): Promise<number> {
  const stage = await openStage(report);
  try {
    const seed = options.seed ?? randomInt(1_000_000);
    report(`seed ${seed}`);
    const { result } = await soak(stage, { ...options, seed, signal, report });
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
    return result.rules.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await stage.close();
  }
}
