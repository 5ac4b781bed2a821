import { inspectBooks } from './books.ts';
import { measureEndToEnd } from './end-to-end.ts';
import { requireNothingOutside, startMessagingSystem } from './messaging-system.ts';
import { measureMetrics } from './metrics-cost.ts';
import { readOptions } from './options.ts';
import { openRawLedger } from './raw-ledger.ts';
import { describe } from './report.ts';
import { type MessagingBenchResult, medianRate, summarize } from './result.ts';
import { runRounds } from './rounds.ts';
import { compareWithTargets } from './targets.ts';

const options = readOptions(process.argv);
requireNothingOutside();
/** Standard output is for the result. */
const report = (line: string) => process.stderr.write(`${line}\n`);

const system = await startMessagingSystem(report);
let result: MessagingBenchResult;
try {
  const raw = await openRawLedger(system.databaseUrl);
  const before = system.usages();
  const [warmUp, ...rounds] = await runRounds(system, raw, options, report).finally(() => raw.close());
  report('Milestones at half of the ledger’s rate …');
  const rate = medianRate(rounds, 'ledger') / 2;
  const endToEnd = await measureEndToEnd(system, rate, options.seconds * options.rounds);
  const after = system.usages();
  const worked = [warmUp, ...rounds].reduce((sum, round) => sum + (round?.ledger.count ?? 0), 0);
  const books = await inspectBooks(system, worked + endToEnd.milestones);
  result = summarize({ rounds, endToEnd, metricsMicroseconds: measureMetrics(system), books, before, after });
} finally {
  await system.stop();
}

const targets = compareWithTargets(result);
process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describe(result, targets, options));
if (!result.books.hold || (options.check && targets.some(({ met }) => met === false))) process.exitCode = 1;
