import type { Client } from '@temporalio/client';
import type { ChannelModel } from 'amqplib';
import { sql, type Transaction } from 'kysely';
import { lookAtQueue } from '../../messaging/amqp/scratch-channel.ts';
import type { Carrier, Double } from './equation.ts';
import { equations } from './equations/index.ts';
import { type AllInFlight, type InFlight, inWorkflows, queues, readInFlight } from './in-flight.ts';
import { type Judgement, judge } from './judgement.ts';
import { inSnapshot, readSides, type Sides } from './snapshot.ts';
import { listOpenWorkflows, type OpenWorkflow } from './workflows.ts';

/** What an audit reads. */
export interface AuditedParts {
  /** The database with the schemas of all services, by a login that may read them. */
  readonly databaseUrl: string;
  readonly temporal: Client;
  readonly broker: ChannelModel;
}

/** What the system had in flight in a snapshot, counted. */
export interface InFlightCounts {
  readonly openWorkflows: number;
  readonly needingOperator: number;
  /** Events in the outboxes that are not published yet. */
  readonly unpublishedEvents: number;
  /** Messages in the queues of the consumers, by their name. */
  readonly messages: Readonly<Record<string, number>>;
  /** Dead letters that wait for a person. */
  readonly parkedDeadLetters: number;
}

/** The figures of an equation in one currency, and what there is to say of them. */
export interface JudgedSides {
  readonly name: string;
  readonly sides: Sides;
  readonly judgement: Judgement;
}

/** One look at the whole. */
export interface Look {
  readonly equations: readonly JudgedSides[];
  readonly inFlight: InFlightCounts;
  /** The doubles that the system has replaced by the real thing: what reads their record is not audited. */
  readonly replaced: readonly Double[];
}

/** Whether a double is what the system uses: else its services have done what it knows nothing of. */
const isUsed: Readonly<Record<Double, string>> = {
  'payment simulator': `exists (select from payment_simulator.payment_intents)
    or not exists (select from payments.payments where intent_id is not null)`,
  'mail sink': 'exists (select from mail_sink.mails) or not exists (select from notification.mails)',
};

/**
 * Looks once: reads all figures in one snapshot, and judges them by what was in flight before it and after it.
 *
 * @throws {Error} that names the equation, or the queue, that cannot be read
 */
export async function lookOnce({ databaseUrl, temporal, broker }: AuditedParts): Promise<Look> {
  const [openBefore, messagesBefore] = await Promise.all([listOpenWorkflows(temporal), countMessages(broker)]);
  return inSnapshot(databaseUrl, async (transaction) => {
    // The snapshot is taken with the first row that is read.
    const counted = await readCounts(transaction);
    const [openAfter, messagesAfter] = await Promise.all([listOpenWorkflows(temporal), countMessages(broker)]);
    const open = new Map([...openBefore, ...openAfter].map((workflow) => [workflow.workflowId, workflow]));
    const messages = mostOf(messagesBefore, messagesAfter);
    const inFlight = await readAllInFlight(transaction, [...open.values()], messages);
    const replaced = await readReplaced(transaction);
    const judged: JudgedSides[] = [];
    for (const [name, equation] of Object.entries(equations)) {
      if (equation.reads && replaced.includes(equation.reads)) continue;
      for (const sides of await readSides(transaction, name, equation)) {
        judged.push({ name, sides, judgement: judge(equation, sides, inFlight) });
      }
    }
    return { equations: judged, replaced, inFlight: { ...counted, ...countOpen(openAfter), messages } };
  });
}

const countOpen = (open: readonly OpenWorkflow[]) => ({
  openWorkflows: open.length,
  needingOperator: open.filter(({ needsOperator }) => needsOperator).length,
});

async function countMessages(broker: ChannelModel): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { queue } of Object.values(queues).flat()) {
    const found = await lookAtQueue(broker, queue);
    if (!found) throw new Error(`RabbitMQ has no queue ${queue}: \`npm run cli -- topology declare\` declares it`);
    counts[queue] = found.messages;
  }
  return counts;
}

const mostOf = (one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(one).map(([queue, count]) => [queue, Math.max(count, other[queue] ?? 0)]));

async function readAllInFlight(
  transaction: Transaction<unknown>,
  open: readonly OpenWorkflow[],
  messages: Readonly<Record<string, number>>,
): Promise<AllInFlight> {
  const read: Partial<Record<Carrier, InFlight>> = { workflows: inWorkflows(open) };
  for (const carrier of Object.keys(queues) as (keyof typeof queues)[]) {
    const waiting = queues[carrier].reduce((sum, { queue }) => sum + (messages[queue] ?? 0), 0);
    read[carrier] = await readInFlight(transaction, carrier, waiting);
  }
  return read as AllInFlight;
}

async function readCounts(transaction: Transaction<unknown>) {
  const { rows } = await sql<{ unpublishedEvents: number; parkedDeadLetters: number }>`
    select (
      (select count(*) from billing.outbox where published_at is null)
      + (select count(*) from customers.outbox where published_at is null)
      + (select count(*) from notification.outbox where published_at is null)
      + (select count(*) from payroll.audited_events where published_at is null)
      + (select count(*) from purchasing.outbox where published_at is null)
    ) as "unpublishedEvents", (
      select count(*) from dead_letters.dead_letters where state = 'parked'
    ) as "parkedDeadLetters"
  `.execute(transaction);
  return rows[0] as { unpublishedEvents: number; parkedDeadLetters: number };
}

async function readReplaced(transaction: Transaction<unknown>): Promise<Double[]> {
  const replaced: Double[] = [];
  for (const [double, condition] of Object.entries(isUsed) as [Double, string][]) {
    const { rows } = await sql.raw<{ used: boolean }>(`select (${condition}) as used`).execute(transaction);
    if (!rows[0]?.used) replaced.push(double);
  }
  return replaced;
}
