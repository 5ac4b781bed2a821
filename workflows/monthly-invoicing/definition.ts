import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { type InvoicingId, type InvoicingResult, type InvoicingStatus, invoicingIdSchema } from './contract.ts';
import {
  cancelInvoicingUpdate,
  invoicingStatusQuery,
  monthlyInvoicingWorkflow,
  monthlyInvoicingWorkflowId,
} from './messages.ts';
import { invoicingCancelled } from './reasons.ts';
import { type InvoicingMemory, recallInvoicingResult } from './recall.ts';

/** What the invoicing of a month is to those who follow it. */
export const monthlyInvoicingProcess: ProcessDefinition<
  InvoicingId,
  InvoicingStatus,
  InvoicingResult,
  { readonly billing: InvoicingMemory }
> = {
  kind: 'monthly-invoicing',
  workflowTypes: [monthlyInvoicingWorkflow],
  workflowIdOf: monthlyInvoicingWorkflowId,
  idField: 'invoicingId',
  idSchema: invoicingIdSchema,
  statusQuery: invoicingStatusQuery,
  cancelUpdate: cancelInvoicingUpdate,
  states: { ...commonStates, paused: 'waits' },
  listing: { columns: ['state'] },
  cancelledAs: invoicingCancelled,
  aftermath: 'the invoices that were issued stay; another run of the month issues the others',
  recall: ({ billing }, invoicingId) => recallInvoicingResult(billing, invoicingId),
  idsOf: (invoicingId) => ({ invoicingId }),
};
