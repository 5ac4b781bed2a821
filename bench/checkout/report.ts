import type { BenchOptions } from './options.ts';
import type { BenchResult } from './result.ts';
import { subjectNames } from './subjects.ts';
import type { Target } from './targets.ts';

const wide = 24;
const narrow = 10;
const row = (name: string, values: readonly string[]) =>
  `  ${name.padEnd(wide)}${values.map((value) => value.padStart(narrow)).join('')}`;
const milliseconds = (value: number) => `${Math.round(value)} ms`;
const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

/** The result for people. */
export function describe(result: BenchResult, targets: readonly Target[], options: BenchOptions): string {
  const processes = Object.keys(result.processorTimeMs);
  const processorTime = (process: string) =>
    subjectNames.map((subject) => result.processorTimeMs[process]?.[subject] ?? 0);
  const totals = subjectNames.map((_, index) =>
    processes.reduce((sum, process) => sum + (processorTime(process)[index] ?? 0), 0),
  );
  return [
    '',
    `${options.concurrency} under way at the same time, medians over ${options.rounds} rounds of ${options.seconds} s`,
    '',
    row('', ['empty', 'bare', 'checkout']),
    row('finished each second', [
      result.emptyWorkflowsPerSecond.toFixed(1),
      result.bareWorkflowsPerSecond.toFixed(1),
      result.checkoutsPerSecond.toFixed(1),
    ]),
    '',
    row('', ['p50', 'p99']),
    row('early answer', [milliseconds(result.answerP50Ms), milliseconds(result.answerP99Ms)]),
    row('result', [milliseconds(result.p50Ms), milliseconds(result.p99Ms)]),
    '',
    `A checkout has ${result.historyEvents} events, ${result.workflowTasks} workflow tasks, ${result.billableActions} billable actions.`,
    `Ledger and mails had caught up ${result.consequencesBehindSeconds.toFixed(1)} s after the last result of a round.`,
    '',
    'Milliseconds of processor time for one run, and resident memory at the start and the end',
    row('', ['empty', 'bare', 'checkout', 'start', 'end']),
    ...processes.map((process) => {
      const { before = 0, after = 0 } = result.memoryBytes[process] ?? {};
      const times = processorTime(process).map((time) => time.toFixed(1));
      return row(process, [...times, megabytes(before), megabytes(after)]);
    }),
    row(
      'together',
      totals.map((total) => total.toFixed(1)),
    ),
    '',
    ...targets.map(({ title, found, met }) => `${met === undefined ? '–' : met ? '✓' : '✗'} ${title}: ${found}`),
    '',
  ].join('\n');
}
