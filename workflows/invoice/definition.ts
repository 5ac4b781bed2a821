import { type CustomerId, type InvoiceId, invoiceIdSchema } from '../../contracts/identifiers.ts';
import { customerColumn } from '../customer-facts.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { InvoiceResult, InvoiceStatus } from './contract.ts';
import { invoiceStatusQuery, invoiceWorkflow, invoiceWorkflowId } from './messages.ts';
import { invoiceCancelled } from './reasons.ts';
import { type InvoiceMemory, recallInvoiceResult } from './recall.ts';

/** What the issue of an invoice is to those who follow it. */
export const invoiceProcess: ProcessDefinition<
  InvoiceId,
  InvoiceStatus,
  InvoiceResult,
  { readonly billing: InvoiceMemory }
> = {
  kind: 'invoice',
  workflowTypes: [invoiceWorkflow],
  workflowIdOf: invoiceWorkflowId,
  idField: 'invoiceId',
  idSchema: invoiceIdSchema,
  statusQuery: invoiceStatusQuery,
  states: commonStates,
  listing: { columns: [customerColumn, 'state'] },
  cancelledAs: invoiceCancelled,
  aftermath: 'billing knows whether it was issued; the same id again goes on',
  recall: ({ billing }, invoiceId) => recallInvoiceResult(billing, invoiceId),
  idsOf: (invoiceId, attributes) => ({
    invoiceId,
    customerId: (attributes.get(searchAttributes.customerId) ?? '') as CustomerId,
  }),
};
