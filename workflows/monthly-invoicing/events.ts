import { z } from 'zod';
import { communityIdSchema } from '../../contracts/identifiers.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

/** What is published of the invoices of a community's month. */
export const monthlyInvoicingEvents = {
  MonthlyInvoicingCompleted: {
    type: 'billing.monthly-invoicing.completed.v1',
    publisher: 'billing',
    when: 'A run of monthly invoicing has come to its end: each resident of the community was looked at.',
    data: z.object({
      communityId: communityIdSchema.describe('The community, which is also the subject of the message.'),
      period: z.string().describe('The month: `2026-02`.'),
      manager: z.object({ name: z.string(), email: z.string() }).describe('Who looks after the community.'),
      created: z.int().describe('Invoices that the run has issued.'),
      existing: z.int().describe('Residents whose invoice was there before.'),
      nothingToCharge: z.int().describe('Residents who owe nothing.'),
      held: z.int().describe('Of the invoices that it has issued those on hold, as their customers are banned.'),
      failed: z.int().describe('Residents who could not be invoiced.'),
      total: z.int().describe('All residents of the run.'),
    }),
  },
} as const satisfies EventContracts;
