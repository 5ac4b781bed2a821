import { z } from 'zod';
import { monthlyInvoicingRefusals } from '../contracts/monthly-invoicing-refusals.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { billingContract } from '../services/billing/contract.ts';
import { communitiesContract } from '../services/communities/contract.ts';
import { communitySchema } from '../services/communities/shapes.ts';
import { decisionSchema, exampleDecision, noteField } from './shapes.ts';

const communities = communitiesContract.operations;
const { findLastRun, listRunFailures } = billingContract.operations;

const month = findLastRun.input;
const { runId: _, ...page } = listRunFailures.input.shape;
const { communityId, timeZone, billingDay } = communitySchema.shape;

/** Who has a month invoiced, and holds it up. */
const invoicing = ['operator', 'finance', 'manager'] as const;

const exampleMonth = { communityId: 'oak-court', period: '2026-02' };
const exampleCommunity = {
  ...{ communityId: 'oak-court', timeZone: 'Europe/Berlin', billingDay: 1, dueDay: 31 },
  manager: { name: 'Mary Manager', email: 'mary@example.org' },
};
const exampleResident = { customerId: 'customer-123', movedIn: '2025-01-01', charges: [] };
const exampleHold = { ...exampleDecision, what: 'the invoicing', decision: 'pause', by: 'mara', note: 'wrong rents' };

/** Communities, who lives in them, and the invoices that they issue each month. */
export const communityOperations = {
  importCommunity: {
    ...communities.importCommunity,
    path: '/v1/communities/:communityId',
    example: { input: exampleCommunity, output: exampleCommunity },
  },
  readCommunity: {
    ...communities.findCommunity,
    path: '/v1/communities/:communityId',
    access: ['operator', 'manager'],
    example: { input: { communityId: 'oak-court' }, output: exampleCommunity },
  },
  importResidents: {
    ...communities.importResidents,
    path: '/v1/communities/:communityId/residents/import',
    example: { input: { communityId: 'oak-court', residents: [exampleResident] }, output: { imported: 1 } },
  },
  listResidents: {
    ...communities.listResidents,
    path: '/v1/communities/:communityId/residents',
    example: {
      input: { communityId: 'oak-court', limit: 100 },
      output: { residents: [{ ...exampleResident, name: 'Ada Lovelace', banned: false }] },
    },
  },
  countBillable: {
    ...communities.countBillable,
    path: '/v1/communities/:communityId/billable/count',
    access: invoicing,
    example: { input: { communityId: 'oak-court', date: '2026-02-01' }, output: { residents: 120 } },
  },
  scheduleInvoicing: {
    method: 'PUT',
    path: '/v1/communities/:communityId/invoicing-schedule',
    access: ['operator', 'manager'],
    summary: 'Has each month of a community invoiced on its billing day; again, its schedule is brought up to date',
    input: communities.findCommunity.input,
    output: z.object({ scheduleId: z.string(), communityId, timeZone, billingDay }),
    failures: [monthlyInvoicingRefusals.UnknownCommunity],
    example: {
      input: { communityId: 'oak-court' },
      output: {
        ...{ scheduleId: 'monthly-invoicing/oak-court', communityId: 'oak-court' },
        ...{ timeZone: 'Europe/Berlin', billingDay: 1 },
      },
    },
  },
  runInvoicing: {
    method: 'POST',
    path: '/v1/communities/:communityId/invoicing/:period/run',
    access: invoicing,
    summary: 'Has a month invoiced now; those who have their invoice are left as they are',
    input: month,
    output: z.object({ invoicingId: z.string().describe('names the process of the kind `monthly-invoicing`') }),
    failures: [monthlyInvoicingRefusals.RunInProgress],
    example: { input: exampleMonth, output: { invoicingId: 'oak-court/2026-02' } },
  },
  pauseInvoicing: {
    method: 'POST',
    path: '/v1/communities/:communityId/invoicing/:period/pause',
    access: invoicing,
    summary: 'Issues nothing more of a month after the batch that is in progress',
    input: month.extend({ note: noteField }),
    output: decisionSchema,
    failures: ['NotFound', 'InvalidState'],
    example: { input: { ...exampleMonth, note: 'wrong rents' }, output: exampleHold },
  },
  continueInvoicing: {
    method: 'POST',
    path: '/v1/communities/:communityId/invoicing/:period/continue',
    access: invoicing,
    summary: 'Goes on with a month after a pause',
    input: month.extend({ note: noteField }),
    output: decisionSchema,
    failures: ['NotFound', 'InvalidState'],
    example: {
      input: { ...exampleMonth, note: 'rents are mended' },
      output: { ...exampleHold, decision: 'continue', note: 'rents are mended' },
    },
  },
  listInvoicingFailures: {
    method: 'GET',
    path: '/v1/communities/:communityId/invoicing/:period/failures',
    access: listRunFailures.access,
    summary: 'Who could not be invoiced in the newest run of a month and why, the smallest id first',
    input: month.extend(page),
    output: listRunFailures.output,
    failures: findLastRun.failures,
    example: {
      input: { ...exampleMonth, limit: 100 },
      output: {
        failures: [
          {
            customerId: 'customer-123',
            reason: { type: 'CustomerNotFound', message: 'there is no customer customer-123' },
          },
        ],
      },
    },
  },
} as const satisfies Record<string, HttpOperation>;
