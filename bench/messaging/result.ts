import { type Memory, medianTimes, memoryBetween, type ProcessorTimes } from '../process-figures.ts';
import type { Usages } from '../processes.ts';
import { median } from '../statistics.ts';
import type { Books } from './books.ts';
import type { EndToEnd } from './end-to-end.ts';
import { type Round, type SubjectName, subjectNames } from './rounds.ts';

/** What a bench has found. Rates are messages or journals in a second, times are as their names say, memory is bytes. */
export interface MessagingBenchResult {
  readonly bridgePerSecond: number;
  readonly pipelinedPerSecond: number;
  readonly oneAtATimePerSecond: number;
  readonly ledgerPerSecond: number;
  readonly rawLedgerPerSecond: number;
  /** Ratios are taken round by round: these are their medians. */
  readonly bridgeToPipelined: number;
  readonly bridgeToOneAtATime: number;
  readonly ledgerToRaw: number;
  readonly endToEnd: EndToEnd;
  /** Of one event, in the consumer. */
  readonly metricsMicroseconds: number;
  readonly books: Books;
  /** For one message or journal, by process and subject. */
  readonly processorTimeMs: ProcessorTimes<SubjectName>;
  readonly memoryBytes: Memory;
}

export interface Findings {
  /** Those that count. */
  readonly rounds: readonly Round[];
  readonly endToEnd: EndToEnd;
  readonly metricsMicroseconds: number;
  readonly books: Books;
  readonly before: Usages;
  readonly after: Usages;
}

export function summarize({ rounds, before, after, ...others }: Findings): MessagingBenchResult {
  const rate = (name: SubjectName) => medianRate(rounds, name);
  const ratio = (name: SubjectName, to: SubjectName) =>
    median(rounds.map((round) => round[name].perSecond / round[to].perSecond));
  return {
    bridgePerSecond: rate('bridge'),
    pipelinedPerSecond: rate('pipelined'),
    oneAtATimePerSecond: rate('oneAtATime'),
    ledgerPerSecond: rate('ledger'),
    rawLedgerPerSecond: rate('rawLedger'),
    bridgeToPipelined: ratio('bridge', 'pipelined'),
    bridgeToOneAtATime: ratio('bridge', 'oneAtATime'),
    ledgerToRaw: ratio('ledger', 'rawLedger'),
    ...others,
    processorTimeMs: medianTimes(after.keys(), subjectNames, rounds),
    memoryBytes: memoryBetween(before, after),
  };
}

export const medianRate = (rounds: readonly Round[], name: SubjectName) =>
  median(rounds.map((round) => round[name].perSecond));
