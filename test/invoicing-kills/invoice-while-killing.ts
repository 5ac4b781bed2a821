import type { Report } from '../../parts/report.ts';
import type { InvoicingResult } from '../../workflows/monthly-invoicing/contract.ts';
import { communityId, settle } from './community.ts';
import { type Kill, killMeanwhile } from './kills.ts';
import { type Outcome, outcomeOf, readOutcome } from './outcome.ts';
import type { Stage } from './stage.ts';

export interface KilledRun {
  readonly kills: readonly Kill[];
  readonly seconds: number;
  readonly run: InvoicingResult;
  readonly failures: readonly string[];
  readonly outcome: Outcome;
  /** The same month once more, with nothing killed. */
  readonly again: InvoicingResult;
  readonly outcomeAgain: Outcome;
}

const period = '2026-01';

/** Invoices a month while worker, billing and PostgreSQL are killed, and then once more. */
export async function invoiceWhileKilling(stage: Stage, residents: number, report: Report): Promise<KilledRun> {
  const { invoicing, services } = stage;
  report(`${residents} residents move in …`);
  await settle(stage, residents);
  const invoicingId = `${communityId}/${period}` as never;
  const start = performance.now();
  await invoicing.start(invoicingId);
  let isOver = false;
  const running = invoicing.waitForResult(invoicingId).finally(() => {
    isOver = true;
  });
  // Thrown where it is awaited, once nothing is killed any more.
  running.catch(() => undefined);
  const kills = await killMeanwhile(stage, outcomeOf(residents).invoices, () => isOver, report);
  const run = await running;
  const seconds = (performance.now() - start) / 1_000;
  report('Waiting for the books …');
  const outcome = await readOutcome(stage);
  const { runId } = await services.billing.findLastRun({ communityId, period });
  const { failures } = await services.billing.listRunFailures({ runId });
  await invoicing.start(invoicingId);
  const again = await invoicing.waitForResult(invoicingId);
  return {
    ...{ kills, seconds, run, outcome, again },
    failures: failures.map(({ reason }) => reason.type),
    outcomeAgain: await readOutcome(stage),
  };
}
