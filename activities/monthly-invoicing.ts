import { ApplicationFailure } from '@temporalio/common';
import { firstDayOf } from '../contracts/calendar.ts';
import type { InvoicingRunId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { monthIn } from '../platform/zoned-time.ts';
import type { BillingClient } from '../services/billing/contract.ts';
import type { CommunitiesClient } from '../services/communities/contract.ts';
import {
  type InvoicedPage,
  type InvoicingCounts,
  type InvoicingId,
  launchRequestSchema,
  monthlyInvoicingRequestSchema,
  monthOf,
} from '../workflows/monthly-invoicing/contract.ts';
import { noCounts } from '../workflows/monthly-invoicing/counts.ts';
import { callService } from './service-call.ts';

interface Clients {
  readonly communities: CommunitiesClient;
  readonly billing: BillingClient;
}

/** What billing takes in one transaction. */
const pageSize = 100;

export function createMonthlyInvoicingActivities({ communities, billing }: Clients) {
  return {
    /**
     * Opens a run of a month with what its community says. It reads the whole request by its schema first, since any Temporal
     * client can start the workflow.
     */
    async openInvoicingRun(request: unknown, run: { readonly runId: string; readonly owner: string }): Promise<void> {
      await callService(async (options) => {
        const { communityId, period } = monthOf(parse(monthlyInvoicingRequestSchema, request).invoicingId);
        const { timeZone, dueDay, manager } = await communities.findCommunity({ communityId }, options);
        await billing.openRun({ ...run, communityId, period, timeZone, dueDay, manager }, options);
      });
    },

    /**
     * Invoices one page of residents: those who live there on the first day of the month. Whom to write to billing knows by
     * its copy of the accounts, so the customers service may be away.
     */
    async issueInvoicingPage(invoicingId: InvoicingId, runId: string, after?: string): Promise<InvoicedPage> {
      return callService(async (options) => {
        const { communityId, period } = monthOf(invoicingId);
        const date = firstDayOf(period);
        const page = { communityId, date, limit: pageSize, ...(after !== undefined && { after }) };
        const { residents, next } = await communities.listBillable(page, options);
        if (residents.length === 0) return { counts: noCounts };
        const invoiced = residents.map(({ customerId, charges }) => ({ customerId, charges }));
        const counts = await billing.issueBatch({ runId, residents: invoiced }, options);
        return { counts: { ...counts, total: residents.length }, ...(next && { next }) };
      });
    },

    /** Closes a run; `undefined` when one that is cancelled was never opened. */
    async closeInvoicingRun(runId: string, state: 'completed' | 'cancelled'): Promise<InvoicingCounts | undefined> {
      try {
        const { counts } = await callService((options) =>
          billing.closeRun({ runId: runId as InvoicingRunId, state }, options),
        );
        return counts;
      } catch (error) {
        if (state === 'cancelled' && error instanceof ApplicationFailure && error.type === 'NotFound') return undefined;
        throw error;
      }
    },

    /** The month that a community has at an instant: `2026-02`. */
    async findInvoicingPeriod(communityId: string, instant: string): Promise<string> {
      return callService(async (options) => {
        const { timeZone } = await communities.findCommunity(parse(launchRequestSchema, { communityId }), options);
        return monthIn(timeZone, new Date(instant));
      });
    },
  };
}
