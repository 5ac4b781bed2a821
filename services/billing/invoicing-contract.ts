import { z } from 'zod';
import { customerIdSchema, invoicingRunIdSchema } from '../../contracts/identifiers.ts';
import { monthlyInvoicingRefusals } from '../../contracts/monthly-invoicing-refusals.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import {
  invoicedMonth,
  invoicedResidentSchema,
  invoicingRunSchema,
  openedRunSchema,
  runCountsSchema,
  runFailureSchema,
} from './invoicing-shapes.ts';

const run = z.strictObject({ runId: invoicingRunIdSchema });

/** How the residents of a community are invoiced for a month: a run is opened, takes batch after batch, and is closed. */
export const invoicingOperations = {
  openRun: {
    method: 'PUT',
    path: '/invoicing-runs/:runId',
    access: ['back-office-worker'],
    summary: 'Opens a run of monthly invoicing: the only one that is open for a month of a community',
    input: openedRunSchema,
    output: invoicingRunSchema,
    failures: [
      monthlyInvoicingRefusals.PeriodNotBegun,
      monthlyInvoicingRefusals.RunInProgress,
      'IdempotencyConflict',
      'InvalidState',
    ],
  },
  issueBatch: {
    method: 'POST',
    path: '/invoicing-runs/:runId/batch',
    access: ['back-office-worker'],
    summary: 'Invoices residents in one transaction; one who cannot be invoiced does not hold up the others',
    input: run.extend({ residents: z.array(invoicedResidentSchema).min(1).max(100) }),
    output: runCountsSchema.describe('What became of these residents.'),
    failures: ['NotFound', 'InvalidState'],
  },
  closeRun: {
    method: 'PUT',
    path: '/invoicing-runs/:runId/close',
    access: ['back-office-worker'],
    summary: 'Closes a run, and tells the manager of the community what a completed one has come to',
    input: run.extend({ state: z.enum(['completed', 'cancelled']) }),
    output: invoicingRunSchema,
    failures: ['NotFound'],
  },
  findLastRun: {
    method: 'GET',
    path: '/invoiced-months/:communityId/:period',
    access: ['back-office-worker', 'finance', 'manager'],
    summary: 'The newest run of a month of a community',
    input: z.strictObject(invoicedMonth),
    output: invoicingRunSchema,
    failures: ['NotFound'],
  },
  listRunFailures: {
    method: 'GET',
    path: '/invoicing-runs/:runId/failures',
    access: ['finance', 'manager'],
    summary: 'Who could not be invoiced in a run and why, the smallest id first',
    input: run.extend({
      after: customerIdSchema.optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    output: z.object({ failures: z.array(runFailureSchema) }),
    failures: [],
  },
} as const satisfies Record<string, HttpOperation>;
