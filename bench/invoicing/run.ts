import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { historyCost } from '../../client/history-cost.ts';
import { monthlyInvoicingWorkflowId } from '../../workflows/monthly-invoicing/messages.ts';
import type { InvoicingSystem } from './invoicing-system.ts';

const every = 250;
/** Milliseconds for each resident, and some to begin with: a bench that waits for ever tells nothing. */
const longest = (residents: number) => 120_000 + residents * 100;

/** One run of a month: seconds from its start. */
export interface InvoicingRun {
  readonly committedSeconds: number;
  readonly postedSeconds: number;
  /** Absent where mails were not waited for. */
  readonly mailedSeconds: number | undefined;
  /** Events of the longest history, and histories: a run of more than 500 pages has several. */
  readonly historyEvents: number;
  readonly histories: number;
  /** Bytes: the most that the worker was seen to have. */
  readonly workerPeakBytes: number;
}

interface Month {
  readonly communityId: string;
  readonly period: string;
  readonly residents: number;
  readonly skipMails?: boolean;
}

/**
 * Has a month invoiced, and waits until each invoice is in the books and, unless that is left out, mailed.
 *
 * @throws when a resident has no invoice, or books or mails do not catch up
 */
export async function measureRun(system: InvoicingSystem, month: Month): Promise<InvoicingRun> {
  const { invoicing } = system;
  const invoicingId = `${month.communityId}/${month.period}`;
  const before = await progressOf(system);
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  await invoicing.start(invoicingId);
  const committed = invoicing.waitForResult(invoicingId as never).then((result) => {
    if (result.outcome === 'completed' && result.created === month.residents) return seconds();
    throw new Error(`${invoicingId} was ${result.outcome}, with ${result.created} invoices: ${result.reason?.message}`);
  });
  // A rejection is thrown below, when everything else has stopped.
  committed.catch(() => undefined);
  let workerPeakBytes = 0;
  let postedSeconds: number | undefined;
  let mailedSeconds: number | undefined;
  while (postedSeconds === undefined || (mailedSeconds === undefined && !month.skipMails)) {
    await delay(every);
    const { journals, mails } = await progressOf(system);
    if (journals - before.journals >= month.residents) postedSeconds ??= seconds();
    if (mails - before.mails >= month.residents) mailedSeconds ??= seconds();
    workerPeakBytes = Math.max(workerPeakBytes, system.usages().get('back-office-worker')?.residentMemory ?? 0);
    if (performance.now() - start > longest(month.residents)) {
      throw new Error(`of ${month.residents} invoices, ${journals} were posted and ${mails} mailed when time was up`);
    }
  }
  const histories = await historiesOf(system, invoicingId);
  return {
    ...{ committedSeconds: await committed, postedSeconds, mailedSeconds, workerPeakBytes },
    historyEvents: Math.max(...histories),
    histories: histories.length,
  };
}

/** What the books and the notifications have of all runs. */
async function progressOf({ database }: InvoicingSystem): Promise<{ journals: number; mails: number }> {
  const { rows } = await sql<{ journals: number; mails: number }>`
    select (select count(*) from ledger.journals where kind = 'invoice') as journals,
      (select count(*) from notification.mails where template = 'invoice') as mails
  `.execute(database);
  return rows[0] ?? { journals: 0, mails: 0 };
}

/** The events of each history of a run, the newest first. */
async function historiesOf({ temporal }: InvoicingSystem, invoicingId: string): Promise<number[]> {
  const events: number[] = [];
  let runId: string | undefined;
  do {
    const handle = temporal.workflow.getHandle(monthlyInvoicingWorkflowId(invoicingId), runId);
    const history = await handle.fetchHistory();
    events.push(historyCost(history).events);
    const [first] = history.events ?? [];
    runId = first?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  } while (runId);
  return events;
}
