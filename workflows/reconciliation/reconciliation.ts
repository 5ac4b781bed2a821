import { continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import type { ReconciliationPage } from '../../services/payments/contract.ts';
import { calls } from './activities.ts';
import type {
  Healed,
  ProviderList,
  ReconciliationProgress,
  ReconciliationReport,
  ReconciliationRequest,
} from './contract.ts';
import { heal, providerLists } from './heal.ts';
import { reconciliationStatusQuery } from './messages.ts';

/** Pages of one run; a history stays small however long the lists are. */
const pagesOfRun = 100;
const mostNamed = 1_000;
const day = 24 * 60 * 60_000;

/**
 * Compares the payment provider's lists with what is known here, page by page to their
 * ends, and heals what webhooks have lost. An interruption loses no page: the history holds those that were compared.
 *
 * @param earlier where an earlier run of the same comparison has stopped
 * @returns what was found
 */
export async function reconciliation(
  request: ReconciliationRequest = {},
  earlier?: ReconciliationProgress,
): Promise<ReconciliationReport> {
  let report = earlier?.report ?? emptyReport(request);
  setHandler(reconciliationStatusQuery, () => report, { description: 'What was found so far' });
  const { since, startedAt } = report;
  let pages = 0;
  for (const list of providerLists.slice(providerLists.indexOf(earlier?.list ?? 'payments'))) {
    let after = list === earlier?.list ? earlier.after : undefined;
    do {
      if (pages >= pagesOfRun || workflowInfo().continueAsNewSuggested) {
        await continueAsNew<typeof reconciliation>(request, { list, after, report });
      }
      const page = await calls.reconcilePage({ list, ...(since && { since }), ...(after && { after }) });
      pages += 1;
      report = add(report, list, page, await heal(page));
      after = page.next;
    } while (after !== undefined);
  }
  const { payments } = await calls.findUnseen({ startedAt, ...(since && { since }) });
  const unseen = payments.map(({ paymentId, intentId }) => ({
    id: intentId,
    finding: `the provider's list does not have the payment ${paymentId}`,
  }));
  report = { ...report, ...withFindings(report, unseen) };
  return report;
}

function emptyReport({ since, days }: ReconciliationRequest): ReconciliationReport {
  const now = Date.now();
  return {
    since: since ?? (days === undefined ? undefined : new Date(now - days * day).toISOString()),
    startedAt: new Date(now).toISOString(),
    seen: Object.fromEntries(providerLists.map((list) => [list, 0])) as Record<ProviderList, number>,
    pages: 0,
    healed: [],
    healedCount: 0,
    findings: [],
    findingCount: 0,
  };
}

function add(
  report: ReconciliationReport,
  list: ProviderList,
  { seen, findings }: Pick<ReconciliationPage, 'seen' | 'findings'>,
  healed: readonly Healed[],
): ReconciliationReport {
  return {
    ...report,
    ...withFindings(report, findings),
    seen: { ...report.seen, [list]: report.seen[list] + seen },
    pages: report.pages + 1,
    healed: [...report.healed, ...healed].slice(0, mostNamed),
    healedCount: report.healedCount + healed.length,
  };
}

const withFindings = (report: ReconciliationReport, more: ReconciliationReport['findings']) => ({
  findings: [...report.findings, ...more].slice(0, mostNamed),
  findingCount: report.findingCount + more.length,
});
