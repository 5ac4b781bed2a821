import { ApplicationFailure } from '@temporalio/common';
import { firstDayOf } from '../contracts/calendar.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import type { CustomerId, InvoicingRunId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { CallOptions } from '../platform/http/contract.ts';
import { monthIn } from '../platform/zoned-time.ts';
import type { BillingClient } from '../services/billing/contract.ts';
import type { CommunitiesClient } from '../services/communities/contract.ts';
import type { CustomersClient } from '../services/customers/contract.ts';
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
  readonly customers: CustomersClient;
  readonly communities: CommunitiesClient;
  readonly billing: BillingClient;
}

/** What billing takes in one transaction. */
const pageSize = 100;
const atOnce = 10;

export function createMonthlyInvoicingActivities({ customers, communities, billing }: Clients) {
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

    /** Invoices one page of residents: those who live there on the first day of the month. */
    async issueInvoicingPage(invoicingId: InvoicingId, runId: string, after?: string): Promise<InvoicedPage> {
      return callService(async (options) => {
        const { communityId, period } = monthOf(invoicingId);
        const date = firstDayOf(period);
        const page = { communityId, date, limit: pageSize, ...(after !== undefined && { after }) };
        const { residents, next } = await communities.listBillable(page, options);
        if (residents.length === 0) return { counts: noCounts };
        const contacts = await contactsOf(customers, residents, options);
        const invoiced = residents.map(({ customerId, charges }) => {
          const contact = contacts.get(customerId);
          return { customerId, charges, ...(contact && { contact }) };
        });
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

type Contact = { readonly name: string; readonly email: string };

/** Whom to write to; a customer who is unknown is not among them. */
async function contactsOf(
  customers: CustomersClient,
  residents: readonly { readonly customerId: CustomerId }[],
  options: CallOptions,
): Promise<Map<string, Contact>> {
  const contacts = new Map<string, Contact>();
  const open = residents.values();
  const takeTurns = async () => {
    for (const { customerId } of open) {
      const contact = await contactOf(customers, customerId, options);
      if (contact) contacts.set(customerId, contact);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return contacts;
}

async function contactOf(
  customers: CustomersClient,
  customerId: CustomerId,
  options: CallOptions,
): Promise<Contact | undefined> {
  try {
    const { name, email } = await customers.findCustomer({ customerId }, options);
    return { name, email };
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'CustomerNotFound') return undefined;
    throw error;
  }
}
