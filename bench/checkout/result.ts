import type { HistoryCost } from '../../client/history-cost.ts';
import { type Memory, medianTimes, memoryBetween, type ProcessorTimes } from '../process-figures.ts';
import type { Usages } from '../processes.ts';
import { median, quantile } from '../statistics.ts';
import type { Round } from './rounds.ts';
import { type SubjectName, subjectNames } from './subjects.ts';

/** What a bench has found. Times are milliseconds, memory is bytes. */
export interface BenchResult {
  /** Checkouts for each bare workflow, the median over the rounds. */
  readonly ratio: number;
  readonly checkoutsPerSecond: number;
  readonly bareWorkflowsPerSecond: number;
  readonly emptyWorkflowsPerSecond: number;
  /** From the start to the result of a checkout. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** From the start to the early return. */
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
  /** Seconds until ledger and mails had caught up with the last checkout of a round. */
  readonly consequencesBehindSeconds: number;
  readonly historyEvents: number;
  readonly workflowTasks: number;
  readonly billableActions: number;
  readonly sample: SampleResult;
  readonly workerBytesWithOpenCheckouts?: number | undefined;
  /** For one run, by process and subject. */
  readonly processorTimeMs: ProcessorTimes<SubjectName>;
  readonly memoryBytes: Memory;
}

/** The same checkouts as Temporal's saga sample would do them. */
export interface SampleResult {
  /** Checkouts for each one of the sample's, the median over the rounds. */
  readonly ratio: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly historyEvents: number;
  readonly workflowTasks: number;
  readonly billableActions: number;
}

export interface Findings {
  readonly rounds: readonly Round[];
  readonly cost: HistoryCost;
  readonly sampleCost: HistoryCost;
  readonly before: Usages;
  readonly after: Usages;
  readonly workerBytesWithOpenCheckouts: number | undefined;
}

export function summarize({
  rounds,
  cost,
  sampleCost,
  before,
  after,
  workerBytesWithOpenCheckouts,
}: Findings): BenchResult {
  const rate = (name: SubjectName) => median(rounds.map((round) => round[name].perSecond));
  const timings = rounds.flatMap(({ checkout }) => checkout.timings);
  const results = timings.map(({ result }) => result);
  const sampleResults = rounds.flatMap(({ sample }) => sample.timings.map(({ result }) => result));
  const answers = timings.map(({ answer }) => answer);
  return {
    ratio: median(rounds.map(({ checkout, bare }) => checkout.perSecond / bare.perSecond)),
    checkoutsPerSecond: rate('checkout'),
    bareWorkflowsPerSecond: rate('bare'),
    emptyWorkflowsPerSecond: rate('empty'),
    p50Ms: quantile(results, 0.5),
    p99Ms: quantile(results, 0.99),
    answerP50Ms: quantile(answers, 0.5),
    answerP99Ms: quantile(answers, 0.99),
    consequencesBehindSeconds: median(rounds.map(({ checkout }) => checkout.behind)),
    historyEvents: cost.events,
    workflowTasks: cost.workflowTasks,
    billableActions: cost.billableActions,
    sample: {
      ratio: median(rounds.map(({ checkout, sample }) => checkout.perSecond / sample.perSecond)),
      perSecond: rate('sample'),
      p50Ms: quantile(sampleResults, 0.5),
      p99Ms: quantile(sampleResults, 0.99),
      historyEvents: sampleCost.events,
      workflowTasks: sampleCost.workflowTasks,
      billableActions: sampleCost.billableActions,
    },
    workerBytesWithOpenCheckouts,
    processorTimeMs: medianTimes(after.keys(), subjectNames, rounds),
    memoryBytes: memoryBetween(before, after),
  };
}
