import { z } from 'zod';
import { dateSchema } from '../../contracts/calendar.ts';
import { communityIdSchema, customerIdSchema } from '../../contracts/identifiers.ts';
import { monthlyInvoicingRefusals } from '../../contracts/monthly-invoicing-refusals.ts';
import { userCopyOperations } from '../../contracts/user-copy.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import {
  communitySchema,
  importedResidentSchema,
  namedResidentSchema,
  residenceSchema,
  residentSchema,
} from './shapes.ts';

const community = z.strictObject({ communityId: communityIdSchema });

/** The next page begins behind the last one's `next`. */
export const communitiesContract = defineHttpContract({
  name: 'communities',
  version: '1.0.0',
  summary: 'Communities, who lives in them, and what they owe each month',
  operations: {
    importCommunity: {
      method: 'PUT',
      path: '/communities/:communityId',
      access: ['operator'],
      summary: 'Adds a community, or updates it',
      input: communitySchema,
      output: communitySchema,
      failures: [],
    },
    importResidents: {
      method: 'POST',
      path: '/communities/:communityId/residents/import',
      access: ['operator'],
      summary: 'Adds residents, or updates them; of two with the same id the last one counts',
      input: community.extend({ residents: z.array(importedResidentSchema).min(1).max(1_000) }),
      output: z.object({ imported: z.int() }),
      failures: [monthlyInvoicingRefusals.UnknownCommunity],
    },
    findCommunity: {
      method: 'GET',
      path: '/communities/:communityId',
      access: ['back-office-worker', 'operator', 'manager'],
      summary: 'One community',
      input: community,
      output: communitySchema,
      failures: [monthlyInvoicingRefusals.UnknownCommunity],
    },
    listBillable: {
      method: 'GET',
      path: '/communities/:communityId/billable',
      access: ['back-office-worker', 'operator'],
      summary: 'Who lives there on a day, the smallest id first',
      input: community.extend({
        date: dateSchema,
        after: customerIdSchema.optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({
        residents: z.array(residentSchema),
        next: customerIdSchema.optional().describe('Where the next page begins; absent after the last one.'),
      }),
      failures: [monthlyInvoicingRefusals.UnknownCommunity],
    },
    countBillable: {
      method: 'GET',
      path: '/communities/:communityId/billable/count',
      access: ['back-office-worker', 'operator', 'finance', 'manager'],
      summary: 'How many live there on a day',
      input: community.extend({ date: dateSchema }),
      output: z.object({ residents: z.int() }),
      failures: [monthlyInvoicingRefusals.UnknownCommunity],
    },
    listResidents: {
      method: 'GET',
      path: '/communities/:communityId/residents',
      access: ['operator', 'finance', 'manager'],
      summary: 'All residents with their names, the smallest id first; who moved out is among them',
      input: community.extend({
        after: customerIdSchema.optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({
        residents: z.array(namedResidentSchema),
        next: customerIdSchema.optional().describe('Where the next page begins; absent after the last one.'),
      }),
      failures: [monthlyInvoicingRefusals.UnknownCommunity],
    },
    listResidences: {
      method: 'GET',
      path: '/residences',
      access: ['operator'],
      summary: 'Where a customer lives and has lived, and what they owe each month there',
      input: z.strictObject({
        customerId: customerIdSchema,
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({ residences: z.array(residenceSchema) }),
      failures: [],
    },
    ...userCopyOperations,
  },
});

export type CommunitiesClient = HttpClient<typeof communitiesContract>;
