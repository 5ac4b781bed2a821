import { randomUUID } from 'node:crypto';
import { firstDayOf } from '../../contracts/calendar.ts';
import type { CommunityId, CustomerId, InvoicingRunId } from '../../contracts/identifiers.ts';
import type { OutputOf } from '../../platform/http/contract.ts';
import type { communitiesContract } from '../../services/communities/contract.ts';
import type { InvoicingSystem } from './invoicing-system.ts';

type Residents = OutputOf<(typeof communitiesContract)['operations']['listBillable']>['residents'];

/** As many residents as a run hands to billing at once. */
const pageSize = 100;

/**
 * Issues a month by billing's own operation over HTTP, a page after the other as a run does. Only the batches are timed; the
 * residents are read before.
 *
 * @returns invoices each second
 * @throws when a resident has no invoice
 */
export async function measureIssuing(
  { asWorker }: InvoicingSystem,
  month: { readonly communityId: string; readonly period: string; readonly residents: number },
): Promise<number> {
  const communityId = month.communityId as CommunityId;
  const { period } = month;
  const runId = randomUUID() as InvoicingRunId;
  const { timeZone, dueDay, manager } = await asWorker.communities.findCommunity({ communityId });
  const pages = await pagesOf(asWorker.communities, communityId, firstDayOf(period));
  await asWorker.billing.openRun({ runId, communityId, period, owner: 'bench', timeZone, dueDay, manager });
  let created = 0;
  const start = performance.now();
  for (const page of pages) {
    const residents = page.map(({ customerId, charges }) => ({ customerId, charges }));
    created += (await asWorker.billing.issueBatch({ runId, residents })).created;
  }
  const seconds = (performance.now() - start) / 1_000;
  if (created !== month.residents) throw new Error(`of ${month.residents} residents ${created} were invoiced`);
  await asWorker.billing.closeRun({ runId, state: 'completed' });
  return created / seconds;
}

async function pagesOf(
  communities: InvoicingSystem['asWorker']['communities'],
  communityId: CommunityId,
  date: string,
): Promise<Residents[]> {
  const pages: Residents[] = [];
  let after: CustomerId | undefined;
  do {
    const page = await communities.listBillable({ communityId, date, limit: pageSize, ...(after && { after }) });
    pages.push(page.residents);
    after = page.next;
  } while (after);
  return pages;
}
