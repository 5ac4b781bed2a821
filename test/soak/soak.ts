import { setTimeout as delay } from 'node:timers/promises';
import { standardTopology } from '../../events/standard-topology.ts';
import { type Subscription, subscriptions } from '../../events/subscriptions.ts';
import type { Report } from '../../parts/report.ts';
import { inflictFaults, type Outage } from '../chaos/inflict.ts';
import { type Fault, planFaults } from '../chaos/plan.ts';
import { type ConsumerName, collectEvidence, consumerNames, type Evidence } from './evidence.ts';
import { type SoakResult, summarize } from './result.ts';
import type { Claims } from './rules.ts';
import type { Stage } from './stage.ts';
import { type ProcessTarget, parts, processes } from './targets.ts';
import { Watch } from './watch.ts';
import { countLeft } from './witness.ts';
import { type RecordedEvent, recordedBy, Workload } from './workload.ts';

export interface SoakOptions {
  readonly workflows: number;
  /** How long there are outages. */
  readonly minutes: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly report: Report;
}

/** The workflows start within this share of the time, so that the last ones end under outages, too. */
const shareOfStarts = 0.9;
const progressEvery = 10_000;
const looksEvery = 500;
/** Longer than the last retry tier. */
const standstill = 11 * 60_000;
const standstillWhenEmpty = 60_000;

/**
 * Runs the workflows while what they need is killed and frozen, waits until everything is handled, and judges it.
 *
 * @returns the result, and what it was judged by
 * @throws when a part does not come back, or `signal` was aborted
 */
export async function soak(
  stage: Stage,
  options: SoakOptions,
): Promise<{ result: SoakResult; claims: Claims; evidence: Evidence }> {
  const { workflows, minutes, seed } = options;
  const faults = planFaults({ seed, seconds: minutes * 60, targets: [...parts, ...processes], processesLiveOn: true });
  const recorded = recordedBy(workflows);
  const workload = new Workload(stage.temporal);
  const watch = new Watch(stage.system, minutes * 60_000);
  const begun = performance.now();
  let outages: readonly Outage[];
  try {
    outages = await endure({ stage, options, watch, workload, faults, recorded });
  } finally {
    await watch.stop();
  }
  const seconds = (performance.now() - begun) / 1_000;
  const evidence = await collectEvidence(stage.tables, String(stage.system.addresses['AMQP_URL']));
  const claims = { recorded, workflows, completed: workload.completed, failures: workload.failures };
  const result = summarize({ seed, minutes, faults, outages, seconds, claims, evidence, watched: watch.watched });
  return { result, claims, evidence };
}

interface Course {
  readonly stage: Stage;
  readonly options: SoakOptions;
  readonly watch: Watch;
  readonly workload: Workload;
  readonly faults: readonly Fault[];
  readonly recorded: readonly RecordedEvent[];
}

/** From the first start of a workflow until everything is handled. */
async function endure({ stage, options, watch, workload, faults, recorded }: Course): Promise<Outage[]> {
  const { workflows, minutes } = options;
  const { system } = stage;
  const begun = performance.now();
  const report = (line: string) => options.report(`${((performance.now() - begun) / 1_000).toFixed(0)} s: ${line}`);
  const tellProgress = () => report(`${workload.completed} of ${workflows} workflows have ended`);
  const progress = setInterval(tellProgress, progressEvery);
  const signal = AbortSignal.any([options.signal, system.parts.failed]);
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const chaos = inflictFaults({
    system,
    faults,
    signal,
    beforeKill: (target) => watch.read(target as ProcessTarget),
    onFault: ({ target, kind, lasts }) =>
      report(`${kind} ${target}${lasts ? ` for ${(lasts / 1_000).toFixed(1)} s` : ''}`),
  });
  try {
    const work = workload.run(workflows, minutes * 60_000 * shareOfStarts, signal);
    const [outages] = await Promise.race([Promise.all([chaos, work]), interrupted]);
    report('the outages are over, and all workflows have ended; waiting for the consumers');
    await Promise.race([settle(stage, recorded), interrupted]);
    return outages;
  } finally {
    clearInterval(progress);
    await Promise.allSettled([chaos]);
  }
}

/** Waits until everything is handled and no copy is on its way, or nothing moves any more: what is lost never comes. */
async function settle({ system, tables }: Stage, recorded: readonly RecordedEvent[]): Promise<void> {
  const expected = expectedCounts(recorded);
  const brokerUrl = String(system.addresses['AMQP_URL']);
  let before = '';
  let movedAt = Date.now();
  for (;;) {
    const counts = await tables.count();
    const isHandled = consumerNames.every((name) => counts[name] >= expected[name]) && counts.unpublished === 0;
    const now = JSON.stringify(counts);
    if (now !== before) movedAt = Date.now();
    before = now;
    const still = Date.now() - movedAt;
    if (still > standstill) return;
    if ((isHandled || still > standstillWhenEmpty) && (await nothingIsOnItsWay(brokerUrl))) return;
    await delay(looksEvery);
  }
}

/** What is parked, or has no queue, stays where it is. */
async function nothingIsOnItsWay(brokerUrl: string): Promise<boolean> {
  const names = [...(await countLeft(brokerUrl)).keys()];
  return names.every((name) => name.endsWith('.dead') || name === standardTopology.unroutedQueue);
}

function expectedCounts(recorded: readonly RecordedEvent[]): Record<ConsumerName, number> {
  const count = ({ events }: Subscription) => recorded.filter(({ name }) => events.includes(name)).length;
  const mails = count(subscriptions.notification);
  // Each mail is reported by an event, which no workflow has recorded.
  return { ledger: count(subscriptions.ledger), notification: mails, 'order-history': recorded.length + mails };
}
