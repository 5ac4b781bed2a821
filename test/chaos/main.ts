import { randomInt } from 'node:crypto';
import { wholeNumber } from '../../client/command-line/option-values.ts';
import { describeScript } from '../../platform/script.ts';
import { startShopSystem } from '../setup/shop-system.ts';
import { runCourse } from './course.ts';
import { numberFrom, report, runInterruptibly } from './interruptible.ts';
import { openNetwork } from './network.ts';
import { describe } from './report.ts';

interface Options {
  readonly minutes: number;
  readonly seed?: number;
  readonly rate: number;
  readonly json?: true;
}

const { json, minutes, rate, seed } = describeScript(
  'npm run chaos --',
  'Kills and freezes every part and every process, and disturbs the network between them, at random while checkouts, refunds, invoices and payments go on, and audits what came of it.',
)
  .option('--minutes <number>', 'how long there are outages', numberFrom(0.3, 240, 'minutes'), 5)
  .option('--seed <number>', 'decides which outages there are; drawn unless given', wholeNumber(0, 999_999_999))
  .option('--rate <number>', 'pieces of work that begin in a second', numberFrom(0.1, 100, 'pieces'), 1)
  .option('--json', 'print the result as one JSON object, with what was killed and what was done')
  .parse()
  .opts<Options>();

await runInterruptibly(run);

async function run(signal: AbortSignal): Promise<number> {
  // What was committed outlives a kill: PostgreSQL is durable.
  const network = await openNetwork(report);
  const system = await startShopSystem({ durable: true, report, ...(network && { between: network.between }) });
  try {
    const drawn = seed ?? randomInt(1_000_000);
    report(`seed ${drawn}`);
    const result = await runCourse(system, { seed: drawn, minutes, perSecond: rate, signal, report, network });
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : describe(result));
    return result.rules.every(({ holds }) => holds) ? 0 : 1;
  } finally {
    await system.stop();
    await network?.stop();
  }
}
