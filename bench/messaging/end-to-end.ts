import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { createBridgeActivities } from '../../bridge/activities.ts';
import { integrationEvents } from '../../events/contracts/index.ts';
import { awaitJournals, countJournals } from './ledger.ts';
import type { MessagingSystem } from './messaging-system.ts';
import { paymentMilestone } from './sample-checkouts.ts';

/** In milliseconds. */
const pause = 5;

export interface EndToEnd {
  /** Milestones each second, by plan. */
  readonly perSecond: number;
  /** In all. */
  readonly milestones: number;
  /** Milliseconds from the moment of the milestone until its journal was committed. */
  readonly p50: number;
  readonly p99: number;
  readonly slowest: number;
}

/**
 * Sends milestones through bridge, broker and consumer, at a fixed rate (open loop): one that is late counts from the
 * moment at which it was due.
 */
export async function measureEndToEnd(system: MessagingSystem, perSecond: number, seconds: number): Promise<EndToEnd> {
  const { database, ledgerPublisher } = system;
  const before = await countJournals(database);
  const milestones = await publishSteadily(ledgerPublisher, perSecond, seconds);
  await awaitJournals(database, before + milestones);
  const { rows } = await sql<{ p50: number; p99: number; slowest: number }>`
    select percentile_disc(0.5) within group (order by age) as p50, percentile_disc(0.99) within group (order by age) as p99,
      max(age) as slowest
    from (
      select 1000 * extract(epoch from pg_xact_commit_timestamp(xmin) - occurred_at)::float8 as age
      from journals order by journal_id desc limit ${milestones}
    ) as ages
  `.execute(database);
  if (!rows[0]) throw new Error('percentiles are one row');
  return { perSecond, milestones, ...rows[0] };
}

async function publishSteadily(
  publisher: MessagingSystem['ledgerPublisher'],
  perSecond: number,
  seconds: number,
): Promise<number> {
  const { publishMilestones } = createBridgeActivities({ contracts: integrationEvents, publisher });
  const workflowId = `checkout/${randomUUID()}`;
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId, runId: randomUUID() } });
  const published: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const start = Date.now();
  const total = Math.round(perSecond * seconds);
  while (published.length < total) {
    const due = Math.min(total, Math.floor(((Date.now() - start) / 1_000) * perSecond));
    while (published.length < due) {
      const number = published.length + 1;
      const checkoutId = randomUUID();
      const time = new Date(start + (number / perSecond) * 1_000).toISOString();
      const batch = { subject: checkoutId, correlationId: checkoutId };
      const milestones = [paymentMilestone(checkoutId, number, time)];
      published.push(
        environment.run(publishMilestones, { ...batch, milestones }).catch((error: unknown) => failures.push(error)),
      );
    }
    await delay(pause);
  }
  await Promise.all(published);
  if (failures.length > 0) throw failures[0];
  return total;
}
