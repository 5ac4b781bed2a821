import type { Outage } from '../chaos/inflict.ts';
import type { Fault } from '../chaos/plan.ts';
import type { Evidence } from './evidence.ts';
import { judgeMemory, type MemoryFigures, summarizeMemory } from './memory.ts';
import { measureRecovery, type Recovery } from './recovery.ts';
import { type Claims, judge, type Rule, repeated } from './rules.ts';
import { byProcess, type ProcessTarget, processes } from './targets.ts';
import type { Counts, Watched } from './watch.ts';

/** How a soak went. */
export interface SoakResult {
  readonly seed: number;
  readonly minutes: number;
  readonly workflows: number;
  /** The plan. */
  readonly faults: readonly Fault[];
  /** What came of it. */
  readonly outages: readonly Outage[];
  /** That were recorded. */
  readonly events: number;
  /** From the first start of a workflow until everything was handled. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly counts: Counts & {
    /** Copies of one event that the broker took. */
    readonly publishedAgain: number;
    readonly mailsSentAgain: number;
  };
  readonly recovery: Recovery;
  readonly memory: Readonly<Record<ProcessTarget, MemoryFigures>>;
  readonly rules: readonly Rule[];
}

export interface SoakCourse extends Pick<SoakResult, 'seed' | 'minutes' | 'faults' | 'outages' | 'seconds'> {
  readonly claims: Claims;
  readonly evidence: Evidence;
  readonly watched: Watched;
}

/** What there is to say about a soak that has ended. */
export function summarize({ claims, evidence, watched, ...course }: SoakCourse): SoakResult {
  const { memory, counts } = watched;
  const events = claims.recorded.length;
  return {
    ...course,
    workflows: claims.workflows,
    events,
    eventsPerSecond: events / course.seconds,
    counts: {
      ...counts,
      publishedAgain: repeated(evidence.published.map(({ id }) => id)).length,
      mailsSentAgain: repeated(evidence.received).length,
    },
    recovery: measureRecovery(course.outages, evidence),
    memory: byProcess((name) => summarizeMemory(memory[name])),
    rules: [...judge(claims, evidence), ...processes.flatMap((name) => judgeMemory(name, memory[name]) ?? [])],
  };
}
