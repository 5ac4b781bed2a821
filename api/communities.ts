import type { Client } from '@temporalio/client';
import { MonthlyInvoicingClient } from '../client/monthly-invoicing-client.ts';
import { scheduleMonthlyInvoicing } from '../client/monthly-invoicing-schedule.ts';
import type { ServiceClients } from '../client/services.ts';
import type { ApiHandlers } from './caller.ts';
import type { communityOperations } from './communities-contract.ts';
import type { Within } from './following.ts';

/** Who lives in a community its service knows, in the name of who calls; a month is invoiced by a process. */
export function communityHandlers(
  temporal: Client,
  { communities, billing }: Pick<ServiceClients, 'communities' | 'billing'>,
  within: Within,
): ApiHandlers<typeof communityOperations> {
  const invoicing = new MonthlyInvoicingClient(temporal, billing);
  return {
    importCommunity: (input, { call }) => communities.importCommunity(input, call),
    readCommunity: (input, { call }) => communities.findCommunity(input, call),
    importResidents: (input, { call }) => communities.importResidents(input, call),
    listResidents: (input, { call }) => communities.listResidents(input, call),
    countBillable: (input, { call }) => communities.countBillable(input, call),
    scheduleInvoicing: (input, caller) =>
      within(caller, async () => {
        const community = await communities.findCommunity(input, caller.call);
        const { communityId, timeZone, billingDay } = community;
        return { scheduleId: await scheduleMonthlyInvoicing(temporal, community), communityId, timeZone, billingDay };
      }),
    runInvoicing: (month, caller) =>
      within(caller, async () => ({ invoicingId: await invoicing.start(invoicingIdOf(month)) })),
    pauseInvoicing: ({ note, ...month }, caller) =>
      within(caller, () => invoicing.pause(invoicingIdOf(month), { note, ...caller.actor })),
    continueInvoicing: ({ note, ...month }, caller) =>
      within(caller, () => invoicing.continue(invoicingIdOf(month), { note, ...caller.actor })),
    listInvoicingFailures: async ({ after, limit, ...month }, { call }) => {
      const { runId } = await billing.findLastRun(month, call);
      return billing.listRunFailures({ runId, after, limit }, call);
    },
  };
}

const invoicingIdOf = ({ communityId, period }: { readonly communityId: string; readonly period: string }) =>
  `${communityId}/${period}`;
