import { z } from 'zod';
import { periodSchema, timeZoneSchema } from '../../contracts/calendar.ts';
import { chargesSchema, dueDaySchema, managerSchema } from '../../contracts/community.ts';
import { communityIdSchema, customerIdSchema, invoicingRunIdSchema } from '../../contracts/identifiers.ts';

/** A month of a community. */
export const invoicedMonth = { communityId: communityIdSchema, period: periodSchema };

/** What a run of monthly invoicing is opened with. */
export const openedRunSchema = z.strictObject({
  runId: invoicingRunIdSchema,
  ...invoicedMonth,
  owner: z
    .string()
    .min(1)
    .max(200)
    .describe('Who runs it: an open run of the same owner was interrupted, and is closed when another one is opened.'),
  timeZone: timeZoneSchema,
  dueDay: dueDaySchema,
  manager: managerSchema.describe('Whom the end of the run is told.'),
});

export type OpenedRun = z.infer<typeof openedRunSchema>;

/** What became of the residents of a run, or of a part of it. */
export const runCountsSchema = z.object({
  created: z.int().describe('Invoices that the run has issued.'),
  existing: z.int().describe('Residents whose invoice was there before.'),
  nothingToCharge: z.int().describe('Residents who owe nothing.'),
  held: z.int().describe('Of the invoices that the run has issued those on hold, as their customers are banned.'),
  failed: z.int().describe('Residents who could not be invoiced; each has a reason.'),
});

export type RunCounts = z.infer<typeof runCountsSchema>;

export const invoicingRunSchema = z.object({
  runId: invoicingRunIdSchema,
  ...invoicedMonth,
  state: z.enum(['open', 'completed', 'cancelled', 'interrupted']),
  counts: runCountsSchema.extend({ total: z.int().describe('All residents of the run.') }),
});

export type InvoicingRun = z.infer<typeof invoicingRunSchema>;

/** Somebody to be invoiced for a month. */
export const invoicedResidentSchema = z.strictObject({
  customerId: customerIdSchema,
  charges: chargesSchema,
});

export type InvoicedResident = z.infer<typeof invoicedResidentSchema>;

/** A resident who could not be invoiced. */
export const runFailureSchema = z.object({
  customerId: customerIdSchema,
  reason: z.object({ type: z.string().describe('A type of the failure catalogue.'), message: z.string() }),
});

export type RunFailure = z.infer<typeof runFailureSchema>;
