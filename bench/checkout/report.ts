import { describeProcesses } from '../process-figures.ts';
import { milliseconds, row } from '../table.ts';
import { describeTargets, type Target } from '../targets.ts';
import type { BenchOptions } from './options.ts';
import type { BenchResult } from './result.ts';
import { subjectNames } from './subjects.ts';

/** The result, human-readable. */
export function describe(result: BenchResult, targets: readonly Target[], options: BenchOptions): string {
  const { sample } = result;
  return [
    '',
    `${options.concurrency} in flight at the same time, medians over ${options.rounds} rounds of ${options.seconds} s`,
    '',
    row('', ['empty', 'bare', 'checkout', 'sample']),
    row('finished each second', [
      result.emptyWorkflowsPerSecond.toFixed(1),
      result.bareWorkflowsPerSecond.toFixed(1),
      result.checkoutsPerSecond.toFixed(1),
      sample.perSecond.toFixed(1),
    ]),
    '',
    row('', ['p50', 'p99']),
    row('early return', [milliseconds(result.answerP50Ms), milliseconds(result.answerP99Ms)]),
    row('result', [milliseconds(result.p50Ms), milliseconds(result.p99Ms)]),
    row('result, sample', [milliseconds(sample.p50Ms), milliseconds(sample.p99Ms)]),
    '',
    `A checkout has ${result.historyEvents} events, ${result.workflowTasks} workflow tasks, ${result.billableActions} billable actions;`,
    `one as the saga sample does it ${sample.historyEvents}, ${sample.workflowTasks} and ${sample.billableActions}.`,
    `Ledger and mails had caught up ${result.consequencesBehindSeconds.toFixed(1)} s after the last result of a round.`,
    '',
    'Milliseconds of processor time for one run, and resident memory at the start and the end',
    row('', ['empty', 'bare', 'checkout', 'sample', 'start', 'end']),
    ...describeProcesses(result.processorTimeMs, result.memoryBytes, subjectNames, (time) => time.toFixed(1)),
    '',
    ...describeTargets(targets),
    '',
  ].join('\n');
}
