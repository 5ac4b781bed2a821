import { setTimeout as delay } from 'node:timers/promises';
import { importCommunity } from '../../demo/community.ts';
import { keepCheckingOut } from './checkouts.ts';
import { type InvoicingSystem, startInvoicingSystem } from './invoicing-system.ts';
import { measureIssuing } from './issuing.ts';
import { readOptions } from './options.ts';
import { measureRawBilling } from './raw-billing.ts';
import { describe } from './report.ts';
import { type InvoicingBenchResult, type Meanwhile, summarize } from './result.ts';
import { measureRun } from './run.ts';
import { compareWithTargets } from './targets.ts';

const options = readOptions(process.argv);
const { residents, skipMails } = options;
/** Standard output is for the result. */
const report = (line: string) => process.stderr.write(`${line}\n`);

/** Few, so that the first of each process is not among what is measured. */
const warmUp = { communityId: 'warm-up', residents: 300 };
const community = { communityId: 'oak-court', residents };
const warmUpMilliseconds = 10_000;

const system = await startInvoicingSystem(report);
let result: InvoicingBenchResult;
try {
  report(`${residents} residents move in …`);
  await importCommunity(system.services, system.database, warmUp);
  await importCommunity(system.services, system.database, community);
  await measureRun(system, { ...warmUp, period: '2026-01' });
  report('A run that has the system for itself …');
  const before = system.usages();
  const run = await measureRun(system, { ...community, period: '2026-01', skipMails });
  const after = system.usages();
  const meanwhile = options.skipCheckouts ? undefined : await measureMeanwhile(system);
  // With the broker away nothing is published, posted or mailed: billing has the processors as pg has them.
  await system.stopBroker();
  report('A month issued by billing alone …');
  const issuedPerSecond = await measureIssuing(system, { ...community, period: '2026-03' });
  report('The same rows by pg alone …');
  const rawPerSecond = await measureRawBilling(system, { ...community, period: '2026-03' });
  result = summarize({ residents, run, issuedPerSecond, rawPerSecond, meanwhile, before, after });
} finally {
  await system.stop();
}

const targets = compareWithTargets(result);
process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describe(result, targets));
if (options.check && targets.some(({ met }) => met === false)) process.exitCode = 1;

async function measureMeanwhile(system: InvoicingSystem): Promise<Meanwhile> {
  const { checkouts: atOnce } = options;
  report('Checkouts without a run …');
  await keepCheckingOut(system, atOnce, delay(warmUpMilliseconds));
  const idle = await keepCheckingOut(system, atOnce, delay(options.seconds * 1_000));
  report('A run with checkouts meanwhile …');
  const running = measureRun(system, { ...community, period: '2026-02', skipMails });
  const during = await keepCheckingOut(system, atOnce, running);
  return { run: await running, idle, during };
}
