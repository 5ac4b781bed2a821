import { availableParallelism } from 'node:os';
import { describeProcesses } from '../process-figures.ts';
import { milliseconds, row } from '../table.ts';
import { describeTargets, type Target } from '../targets.ts';
import type { MessagingBenchOptions } from './options.ts';
import type { MessagingBenchResult } from './result.ts';
import { type SubjectName, subjectNames } from './rounds.ts';

const columns: Readonly<Record<SubjectName, string>> = {
  bridge: 'bridge',
  pipelined: 'pipelined',
  oneAtATime: 'single',
  ledger: 'ledger',
  rawLedger: 'raw pg',
};
const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const microseconds = (time: number) => whole(1_000 * time);

/** The result, human-readable. */
export function describe(
  result: MessagingBenchResult,
  targets: readonly Target[],
  { rounds, seconds }: MessagingBenchOptions,
): string {
  const { endToEnd, metricsMicroseconds } = result;
  const consumerMicroseconds = 1_000 * (result.processorTimeMs['ledger-consumer']?.ledger ?? Number.NaN);
  return [
    '',
    `Medians over ${rounds} rounds of ${seconds} s each; broker, PostgreSQL and clients share ${availableParallelism()} processors`,
    '',
    row('', ['bridge', 'pipelined', 'single']),
    row(
      'messages each second',
      [result.bridgePerSecond, result.pipelinedPerSecond, result.oneAtATimePerSecond].map(whole),
    ),
    '',
    row('', ['ledger', 'raw pg']),
    row('journals each second', [result.ledgerPerSecond, result.rawLedgerPerSecond].map(whole)),
    '',
    `At ${whole(endToEnd.perSecond)} milestones each second, half of what the ledger does at most, ${whole(endToEnd.milestones)} in all:`,
    row('', ['p50', 'p99', 'slowest']),
    row('milestone to journal', [endToEnd.p50, endToEnd.p99, endToEnd.slowest].map(milliseconds)),
    '',
    'Microseconds of processor time for one message or journal, and resident memory at the start and the end',
    row('', [...subjectNames.map((name) => columns[name]), 'start', 'end']),
    ...describeProcesses(result.processorTimeMs, result.memoryBytes, subjectNames, microseconds),
    '',
    `The metrics of an event take ${metricsMicroseconds.toFixed(1)} µs, ${((100 * metricsMicroseconds) / consumerMicroseconds).toFixed(1)} % of the consumer's processor time.`,
    '',
    ...describeTargets(targets),
    '',
  ].join('\n');
}
