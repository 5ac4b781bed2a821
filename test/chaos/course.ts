import { quantile } from '../../bench/statistics.ts';
import { type AuditedEquation, auditWhenQuiet } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import type { Report } from '../../parts/report.ts';
import { waitUntil } from '../../parts/wait.ts';
import { roleNames } from '../../roles/roles.ts';
import { openClients } from '../clients.ts';
import { countLeft } from '../soak/witness.ts';
import { inflictFaults, type Outage } from './inflict.ts';
import { disturbances, type Network } from './network.ts';
import { planFaults, type Target } from './plan.ts';
import { type Done, expectedOutcome, work } from './work.ts';

export interface CourseOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly perSecond: number;
  readonly signal: AbortSignal;
  readonly report: Report;
  /** What lies between the processes and the parts; without it nothing of that is disturbed. */
  readonly network?: Network | undefined;
}

/** Something that has to hold in the end. */
export interface Rule {
  readonly name: string;
  readonly holds: boolean;
  /** What was found, for people. */
  readonly found: string;
}

export interface CourseResult {
  readonly seed: number;
  readonly outages: readonly Outage[];
  readonly done: readonly Done[];
  /** Milliseconds from the end of an outage until something had ended that began after it; `NaN` where nothing did. */
  readonly recovery: { readonly p50: number; readonly p99: number };
  readonly rules: readonly Rule[];
}

/** Everything that runs: the parts and the processes of all roles. */
export const targets: readonly Target[] = ['temporal', 'rabbitmq', 'postgres', ...roleNames];

/** A kill between the mail server's answer and the commit sends a mail again, under the same Message-ID: docs/messaging.md. */
const sentAgain = 'mail: mails that came twice = 0';
const quietWithin = 180_000;

/**
 * Lets people buy, give back and pay while everything is killed and frozen, then waits until all is quiet and audits it.
 *
 * @throws when a part does not come back, or `signal` was aborted
 */
export async function runCourse(system: System, options: CourseOptions): Promise<CourseResult> {
  const { seed, minutes, perSecond, report, network } = options;
  const seconds = minutes * 60;
  const clients = await openClients(system.addresses);
  const signal = AbortSignal.any([options.signal, system.parts.failed]);
  const begun = performance.now();
  const tell = (line: string) => report(`${((performance.now() - begun) / 1_000).toFixed(0)} s: ${line}`);
  try {
    const inflicting = inflictFaults({
      system,
      faults: planFaults({ seed, seconds, targets, more: network ? disturbances : [] }),
      ...(network && { disturb: network.disturb }),
      signal,
      onFault: ({ target, kind, lasts }) =>
        tell(`${kind} ${target}${lasts ? ` for ${(lasts / 1_000).toFixed(1)} s` : ''}`),
    });
    const [outages, done] = await Promise.all([
      inflicting,
      work(clients, { seed, seconds, perSecond, signal }),
    ]).finally(() => Promise.allSettled([inflicting]));
    tell('everything is up again, and all work has ended; waiting for the books');
    const audit = await auditWhenQuiet(String(system.addresses['DATABASE_URL']), quietWithin);
    const rules = [
      judgeWork(done),
      await judgeWorkflows(clients.temporal),
      await judgeQueues(String(system.addresses['AMQP_URL'])),
      ...audit.filter(({ name }) => name !== sentAgain).map(ruleOf),
    ];
    return { seed, outages, done, recovery: recoveryOf(outages, done), rules };
  } finally {
    await clients.connection.close();
  }
}

function judgeWork(done: readonly Done[]): Rule {
  const others = done.filter(({ kind, outcome }) => outcome !== expectedOutcome[kind]);
  const examples = others.slice(0, 5).map(({ id, kind, outcome }) => `${id} (${kind}): ${outcome}`);
  const found = `${done.length - others.length} of ${done.length}${examples.length > 0 ? `; ${examples.join('; ')}` : ''}`;
  return { name: 'work: all of it ended as it does on a quiet day', holds: others.length === 0, found };
}

type Counting = Awaited<ReturnType<typeof openClients>>['temporal'];

async function judgeWorkflows({ workflow }: Counting): Promise<Rule> {
  const query = `ExecutionStatus = 'Running' AND WorkflowType != 'temporal-sys-scheduler-workflow'`;
  let running = 0;
  await waitUntil(
    async () => {
      ({ count: running } = await workflow.count(query));
      return running === 0;
    },
    { within: quietWithin, every: 500 },
  );
  return { name: 'workflows: running = 0', holds: running === 0, found: String(running) };
}

async function judgeQueues(brokerUrl: string): Promise<Rule> {
  let left: ReadonlyMap<string, number> = new Map();
  await waitUntil(
    async () => {
      left = await countLeft(brokerUrl);
      return left.size === 0;
    },
    { within: quietWithin, every: 500 },
  );
  const found = [...left].map(([queue, messages]) => `${queue}: ${messages}`).join(', ') || '0';
  return { name: 'queues: messages that nothing has handled = 0', holds: left.size === 0, found };
}

const ruleOf = ({ name, holds, left, right, subjects }: AuditedEquation): Rule => ({
  name,
  holds,
  found: `${left} and ${right}${subjects ? `; ${subjects.slice(0, 5).join(', ')}` : ''}`,
});

function recoveryOf(outages: readonly Outage[], done: readonly Done[]): CourseResult['recovery'] {
  const times = outages.flatMap(({ endedAt }) => {
    const after = done.filter(({ beganAt }) => beganAt > endedAt).map((each) => each.endedAt);
    return after.length > 0 ? [Math.min(...after) - endedAt] : [];
  });
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}
