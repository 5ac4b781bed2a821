import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { PaymentId } from '../../contracts/identifiers.ts';
import type { InvoicePaymentResult, InvoicePaymentStatus } from './contract.ts';

/** Where the payment stands, without any I/O. */
export const invoicePaymentStatusQuery = defineQuery<InvoicePaymentStatus>('status');

/** Cancels the payment, until it is captured; answers when everything is undone. */
export const cancelInvoicePaymentUpdate = defineUpdate<InvoicePaymentResult>('cancel');

/** The name of the workflow type. */
export const invoicePaymentWorkflow = 'invoicePayment';

/** The name of the workflow type that takes over a payment which no workflow owns any more; it has the payment's own id. */
export const recoverInvoicePaymentWorkflow = 'recoverInvoicePayment';

const prefix = 'invoice-payment/';

/** The workflow id of a payment. */
export const invoicePaymentWorkflowId = (paymentId: string) => `${prefix}${paymentId}`;

/** The payment of a workflow id; nothing where it is that of another process. */
export const invoicePaymentOf = (workflowId: string): PaymentId | undefined =>
  workflowId.startsWith(prefix) ? (workflowId.slice(prefix.length) as PaymentId) : undefined;
