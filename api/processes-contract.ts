import { z } from 'zod';
import { decisionRefusals } from '../contracts/decision-refusals.ts';
import { orderIdSchema } from '../contracts/identifiers.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { approvalDecisionSchema, resolutionSchema } from '../workflows/kit/contract.ts';
import {
  decisionSchema,
  exampleDecision,
  exampleResult,
  exampleStatus,
  nextField,
  noteField,
  pageFields,
  resultFields,
  rowFields,
  statusFields,
  versionField,
} from './shapes.ts';

const kind = z
  .string()
  .regex(/^[a-z]+(-[a-z]+)*$/, 'a kind of process is a word such as checkout or invoice-payment')
  .max(40);

const named = z.strictObject({
  kind,
  // That of a month is `oak-court/2026-02`, that of a check has its time.
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/, 'an id has 1 to 100 letters, digits, dots, colons, slashes, dashes'),
});

const statusSchema = z.looseObject(statusFields);
/** Who approves what takes two people. */
const approvers = ['finance', 'manager', 'cfo'] as const;
const exampleName = { kind: 'dispute', id: 'dp_3PqA' };

/** What operators, and those who approve, do about processes of every kind. */
export const processOperations = {
  listProcesses: {
    method: 'GET',
    path: '/v1/processes/:kind',
    access: ['operator'],
    summary: 'The processes of one kind, newest first, by pages that may be shorter than the limit',
    input: z.strictObject({
      kind,
      orderId: orderIdSchema.optional(),
      state: z.string().max(40).optional(),
      needsOperator: z.enum(['true']).optional().describe('only those that an operator has to look after'),
      ...pageFields,
    }),
    output: z.object({ processes: z.array(z.looseObject(rowFields)), next: nextField }),
    example: {
      input: { kind: 'dispute', needsOperator: 'true' },
      output: {
        processes: [
          {
            ...{ disputeId: 'dp_3PqA', workflowId: 'dispute/dp_3PqA', state: 'running', needsOperator: true },
            startedAt: '2026-02-03T09:00:00.000Z',
          },
        ],
      },
    },
    failures: [],
  },
  readProcess: {
    method: 'GET',
    path: '/v1/processes/:kind/:id',
    access: ['operator', ...approvers],
    summary: 'Where a process of any kind stands',
    input: named,
    output: statusSchema,
    example: { input: exampleName, output: { disputeId: 'dp_3PqA', ...exampleStatus, state: 'running' } },
    failures: ['NotFound', 'InvalidState'],
  },
  watchProcess: {
    method: 'GET',
    path: '/v1/processes/:kind/:id/events',
    access: ['operator', ...approvers],
    summary:
      'Where a process stands, again at each change, to its end; the header Last-Event-ID goes on behind an event',
    streams: true,
    input: named,
    output: statusSchema,
    example: { input: exampleName, output: { disputeId: 'dp_3PqA', ...exampleStatus, state: 'running' } },
    failures: ['NotFound', 'InvalidState'],
  },
  readResult: {
    method: 'GET',
    path: '/v1/processes/:kind/:id/result',
    access: ['operator', ...approvers],
    summary: 'How a process has ended; 409 while it goes on: it can be watched to its end',
    input: named,
    output: z.looseObject(resultFields),
    example: { input: exampleName, output: { disputeId: 'dp_3PqA', ...exampleResult } },
    failures: ['NotFound', 'InvalidState', 'InProgress'],
  },
  cancelProcess: {
    method: 'POST',
    path: '/v1/processes/:kind/:id/cancel',
    access: ['operator'],
    summary: 'Cancels a process that is not past its pivot, and answers when everything is undone',
    input: named.extend({ version: versionField }),
    output: z.looseObject(resultFields),
    example: {
      input: { kind: 'invoice-payment', id: 'p-1' },
      output: { paymentId: 'p-1', invoiceId: 'i-1', outcome: 'cancelled', undone: [] },
    },
    failures: ['NotFound', 'InvalidState'],
  },
  resolveCall: {
    method: 'POST',
    path: '/v1/processes/:kind/:id/resolutions',
    access: ['operator'],
    summary: 'Decides about a call that keeps failing: to make it again at once, or that it was done by hand',
    input: named.extend({
      what: resolutionSchema.shape.what.describe(
        'the call, as the status names it; may be left out where there is one',
      ),
      decision: resolutionSchema.shape.decision,
      note: noteField,
      version: versionField,
    }),
    output: decisionSchema,
    example: {
      input: { ...exampleName, decision: 'retry', note: 'the provider is back', version: '8f1c2a90d3b7' },
      output: { ...exampleDecision, what: 'post the dispute', decision: 'retry', by: 'olga' },
    },
    failures: ['NotFound', 'InvalidState', decisionRefusals.SecondPersonNeeded],
  },
  decideApproval: {
    method: 'POST',
    path: '/v1/processes/:kind/:id/approvals',
    access: approvers,
    summary: 'Approves what takes two people, as another person than the one who asked for it, or refuses it',
    input: named.extend({
      decision: approvalDecisionSchema.shape.decision,
      note: noteField,
      version: versionField,
    }),
    output: decisionSchema,
    example: {
      input: { kind: 'refund', id: 'r-1', decision: 'approve', note: 'seen the lamps', version: '8f1c2a90d3b7' },
      output: { ...exampleDecision, what: 'the refund of 500.00 USD', by: 'mara' },
    },
    failures: ['NotFound', 'InvalidState', decisionRefusals.SecondPersonNeeded],
  },
} as const satisfies Record<string, HttpOperation>;
