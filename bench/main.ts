import { randomUUID } from 'node:crypto';
import { historyCost } from '../client/history-cost.ts';
import { checkoutWorkflowId } from '../workflows/checkout/messages.ts';
import { type BenchSystem, startBenchSystem } from './checkout/bench-system.ts';
import { measureOpenCheckouts } from './checkout/open-checkouts.ts';
import { readOptions } from './checkout/options.ts';
import { describe } from './checkout/report.ts';
import { type BenchResult, summarize } from './checkout/result.ts';
import { runRounds } from './checkout/rounds.ts';
import { benchCart } from './checkout/shop.ts';
import { requireCompleted, runSampleCheckout } from './checkout/subjects.ts';
import { compareWithTargets } from './checkout/targets.ts';

const options = readOptions(process.argv);
/** Standard output is for the result. */
const report = (line: string) => process.stderr.write(`${line}\n`);

const bench = await startBenchSystem(report);
let result: BenchResult;
try {
  const before = bench.usages();
  const rounds = await runRounds(bench, options, report);
  const cost = await costOfOne(bench);
  const sampleCost = await costOf(bench, await runSampleCheckout(bench.temporal, 0));
  const after = bench.usages();
  const workerBytesWithOpenCheckouts = options.skipMemory ? undefined : await measureOpenCheckouts(bench, report);
  result = summarize({ rounds, cost, sampleCost, before, after, workerBytesWithOpenCheckouts });
} finally {
  await bench.stop();
}

const targets = compareWithTargets(result);
process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describe(result, targets, options));
if (options.check && targets.some(({ met }) => met === false)) process.exitCode = 1;

async function costOfOne(bench: BenchSystem) {
  const checkoutId = randomUUID();
  await bench.checkouts.startCheckout(benchCart(checkoutId, 0));
  await requireCompleted(bench.checkouts, checkoutId);
  return costOf(bench, checkoutWorkflowId(checkoutId));
}

async function costOf({ temporal }: BenchSystem, workflowId: string) {
  return historyCost(await temporal.workflow.getHandle(workflowId).fetchHistory());
}
