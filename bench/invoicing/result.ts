import { type Memory, memoryBetween, type ProcessorTime, processorTimeOf } from '../process-figures.ts';
import type { Usages } from '../processes.ts';
import type { CheckoutTimes } from './checkouts.ts';
import type { InvoicingRun } from './run.ts';

/** A run with checkouts in flight meanwhile, and checkouts without a run. */
export interface Meanwhile {
  readonly run: InvoicingRun;
  readonly idle: CheckoutTimes;
  readonly during: CheckoutTimes;
}

export interface Findings {
  readonly residents: number;
  /** The run that had the system for itself. */
  readonly run: InvoicingRun;
  /** Invoices that billing issues by itself, and that pg inserts by itself: each second. */
  readonly issuedPerSecond: number;
  readonly rawPerSecond: number;
  readonly meanwhile: Meanwhile | undefined;
  /** Before and after the run that had the system for itself. */
  readonly before: Usages;
  readonly after: Usages;
}

/** What a bench has found. Rates are invoices in a second, times are as their names say, memory is bytes. */
export interface InvoicingBenchResult extends InvoicingRun {
  readonly residents: number;
  /** Of the run, which has its invoices published, posted and mailed meanwhile. */
  readonly committedPerSecond: number;
  readonly issuedPerSecond: number;
  readonly rawPerSecond: number;
  readonly issuedToRaw: number;
  readonly meanwhile: (Meanwhile & { readonly answerP99Ratio: number; readonly resultP99Ratio: number }) | undefined;
  /** Milliseconds of processor time for one invoice, with its journal and its mail, by process. */
  readonly processorTimeMs: Readonly<Record<string, number>>;
  readonly memoryBytes: Memory;
}

export function summarize({ residents, run, meanwhile, before, after, ...alone }: Findings): InvoicingBenchResult {
  const { issuedPerSecond, rawPerSecond } = alone;
  const times: ProcessorTime = processorTimeOf(before, after, residents);
  return {
    ...{ residents, ...run, committedPerSecond: residents / run.committedSeconds },
    ...{ issuedPerSecond, rawPerSecond, issuedToRaw: issuedPerSecond / rawPerSecond },
    meanwhile: meanwhile && {
      ...meanwhile,
      answerP99Ratio: meanwhile.during.answerP99Ms / meanwhile.idle.answerP99Ms,
      resultP99Ratio: meanwhile.during.resultP99Ms / meanwhile.idle.resultP99Ms,
    },
    processorTimeMs: Object.fromEntries(times),
    memoryBytes: memoryBetween(before, after),
  };
}
