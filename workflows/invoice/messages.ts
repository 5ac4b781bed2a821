import { defineQuery } from '@temporalio/workflow';
import type { InvoiceStatus } from './contract.ts';

/** Where the issue of the invoice stands, without any I/O. */
export const invoiceStatusQuery = defineQuery<InvoiceStatus>('status');

/** The name of the workflow type. */
export const invoiceWorkflow = 'invoice';

/** The workflow id of an invoice. */
export const invoiceWorkflowId = (invoiceId: string) => `invoice/${invoiceId}`;
