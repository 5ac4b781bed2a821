import { availableParallelism } from 'node:os';
import { megabytes, milliseconds, row } from '../table.ts';
import { describeTargets, type Target } from '../targets.ts';
import type { CheckoutTimes } from './checkouts.ts';
import type { InvoicingBenchResult } from './result.ts';

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const seconds = (value: number | undefined) => (value === undefined ? '–' : `${value.toFixed(1)} s`);

/** The result, human-readable. */
export function describe(result: InvoicingBenchResult, targets: readonly Target[]): string {
  const { meanwhile, processorTimeMs, memoryBytes } = result;
  return [
    '',
    `${whole(result.residents)} residents; all processes share ${availableParallelism()} processors`,
    '',
    row('', ['committed', 'posted', 'mailed']),
    row('alone', [result.committedSeconds, result.postedSeconds, result.mailedSeconds].map(seconds)),
    ...(meanwhile
      ? [
          row(
            'with checkouts',
            [meanwhile.run.committedSeconds, meanwhile.run.postedSeconds, meanwhile.run.mailedSeconds].map(seconds),
          ),
        ]
      : []),
    '',
    row('', ['run', 'billing', 'raw pg', 'ratio']),
    row('invoices each second', [
      ...[result.committedPerSecond, result.issuedPerSecond, result.rawPerSecond].map(whole),
      result.issuedToRaw.toFixed(2),
    ]),
    '  the run has them published, posted and mailed meanwhile; billing and raw pg are measured alone',
    '',
    `${result.historyEvents} events in ${result.histories === 1 ? 'its history' : `the longest of ${result.histories} histories`}`,
    ...(meanwhile ? describeCheckouts(meanwhile.idle, meanwhile.during) : []),
    '',
    'Milliseconds of processor time for one invoice with its journal and its mail, and resident memory at the start and the end',
    row('', ['invoice', 'start', 'end']),
    ...Object.entries(processorTimeMs).map(([process, time]) => {
      const { before = 0, after = 0 } = memoryBytes[process] ?? {};
      return row(process, [time.toFixed(2), megabytes(before), megabytes(after)]);
    }),
    '',
    ...describeTargets(targets),
    '',
  ].join('\n');
}

const describeCheckouts = (idle: CheckoutTimes, during: CheckoutTimes): string[] => [
  '',
  row('checkouts', ['count', 'answer p50', 'p99', 'result p50', 'p99']),
  ...(
    [
      ['without a run', idle],
      ['during a run', during],
    ] as const
  ).map(([name, times]) =>
    row(name, [
      whole(times.checkouts),
      ...[times.answerP50Ms, times.answerP99Ms, times.resultP50Ms, times.resultP99Ms].map(milliseconds),
    ]),
  ),
];
