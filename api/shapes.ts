import { z } from 'zod';
import { orderAmountsSchema } from '../contracts/amounts.ts';
import { recordedInstantSchema } from '../contracts/identifiers.ts';
import { decidedBySchema } from '../workflows/kit/contract.ts';

/** Where a page of a list begins, and how long it is. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(1_000).default(20),
  after: z
    .string()
    .max(2_000)
    .regex(/^[\w-]+$/, 'it is not the `next` of a page')
    .optional()
    .describe('the `next` of the page before'),
};

export const nextField = z.string().optional().describe('absent on the last page');

/** What a decision was made on: the `version` of a status. */
export const versionField = z
  .string()
  .max(64)
  .optional()
  .describe('the `version` of the status that the decision was made on: with another one by now nothing is decided');

/** Why, for the history. */
export const noteField = decidedBySchema.shape.note.describe('why; it stays in the history');

export const reasonSchema = z.object({
  type: z.string().describe('a type of the failure catalogue'),
  message: z.string(),
  field: z.string().optional(),
  facts: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .readonly()
    .optional(),
});

export const waitingSchema = z.object({
  who: z.string(),
  message: z.string(),
  until: recordedInstantSchema.optional().describe('when it waits no longer'),
  url: z.string().optional().describe('where the customer goes: to confirm the payment to the bank (3-D Secure)'),
});

const actorFields = {
  by: z.string().describe('the subject of the token that the decision came with'),
  issuer: z.string().optional().describe('who issued that token'),
  at: recordedInstantSchema,
};

export const decisionSchema = z.object({
  what: z.string(),
  decision: z.string(),
  ...actorFields,
  note: z.string(),
  state: z.enum(['requested']).optional().describe('it takes effect once a second person confirms it'),
  confirms: z.object(actorFields).optional().describe('whose decision it confirms'),
});

const escalationSchema = z.object({
  what: z.string().describe('the call'),
  message: z.string(),
  since: recordedInstantSchema,
  canBeSettled: z.boolean(),
  requested: decisionSchema.optional().describe('that it was resolved manually, as the first of two people says'),
});

const stepSchema = z.object({
  name: z.string(),
  state: z.enum(['running', 'done', 'refused', 'undone', 'interrupted']),
  startedAt: recordedInstantSchema,
  endedAt: recordedInstantSchema.optional(),
});

/** Where a process of any kind stands. */
export const statusFields = {
  state: z.string(),
  version: z.string().describe('changes with the state, what it waits for, and what is decided'),
  steps: z.array(stepSchema).readonly(),
  reason: reasonSchema.optional(),
  undone: z.array(z.string()).readonly().describe('in the order in which it was'),
  waitingFor: waitingSchema.optional(),
  needsOperator: z.array(escalationSchema).readonly().describe('the calls that an operator looks after'),
  decisions: z.array(decisionSchema).readonly(),
  amounts: orderAmountsSchema.optional(),
};

/** A row of a list of processes of any kind. */
export const rowFields = {
  workflowId: z.string(),
  state: z.string(),
  needsOperator: z.boolean(),
  startedAt: recordedInstantSchema,
  waitingFor: waitingSchema.optional(),
  escalations: z.array(escalationSchema).readonly().optional(),
};

/** How a process ended. */
export const resultFields = {
  outcome: z.enum(['completed', 'refused', 'cancelled', 'failed']),
  reason: reasonSchema.optional(),
  undone: z.array(z.string()).readonly(),
  amounts: orderAmountsSchema.optional(),
};

export const exampleResult = { outcome: 'completed', undone: [] };

/** An example of what every status tells. */
export const exampleStatus = {
  state: 'in-review',
  version: '8f1c2a90d3b7',
  steps: [
    {
      name: 'place the order',
      state: 'done',
      startedAt: '2026-01-31T12:00:00.000Z',
      endedAt: '2026-01-31T12:00:00.040Z',
    },
    { name: 'authorize the payment', state: 'running', startedAt: '2026-01-31T12:00:00.070Z' },
  ],
  undone: [],
  waitingFor: { who: 'reviewer', message: 'decide about the payment' },
  needsOperator: [],
  decisions: [],
};

export const exampleDecision = {
  what: 'the payment',
  decision: 'approve',
  by: 'rita',
  note: 'a customer of many years',
  at: '2026-01-31T12:05:00.000Z',
};

export const exampleAmounts = { currency: 'USD', goods: 5998, discount: 0, shipping: 0, tax: 0, total: 5998 };

const exampleContact = { name: 'Ada Lovelace', email: 'ada@example.org' };

export const exampleInvoice = {
  ...{ invoiceId: 'i-1', number: 'INV-000017', customerId: 'customer-123', contact: exampleContact, state: 'open' },
  ...{ amounts: { currency: 'EUR', net: 10_000, tax: 1_900, total: 11_900 }, open: 11_900, held: false },
  ...{ timeZone: 'UTC', issueDate: '2026-01-31', dueDate: '2026-03-02', issuedAt: '2026-01-31T12:00:00.000Z' },
};
