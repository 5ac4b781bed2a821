import { type CustomerId, type InvoiceId, invoiceIdSchema } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { InvoiceResult, InvoiceStatus } from './contract.ts';
import { invoiceStatusQuery } from './messages.ts';
import { invoiceCancelled } from './reasons.ts';

/** What the issue of an invoice is to those who follow it. */
export const invoiceProcess: ProcessDefinition<InvoiceId, InvoiceStatus, InvoiceResult> = {
  kind: 'invoice',
  idField: 'invoiceId',
  idSchema: invoiceIdSchema,
  statusQuery: invoiceStatusQuery,
  states: commonStates,
  cancelledAs: invoiceCancelled,
  aftermath: 'billing knows whether it was issued; the same id again goes on',
  idsOf: (invoiceId, attributes) => ({
    invoiceId,
    customerId: (attributes.get(searchAttributes.customerId) ?? '') as CustomerId,
  }),
};
