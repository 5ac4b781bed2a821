import { type InvoiceId, type PaymentId, paymentIdSchema } from '../../contracts/identifiers.ts';
import { customerColumn } from '../customer-facts.ts';
import { cardPaymentStates } from '../kit/card-payment/states.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import type { InvoicePaymentResult, InvoicePaymentStatus } from './contract.ts';
import {
  cancelInvoicePaymentUpdate,
  invoicePaymentStatusQuery,
  invoicePaymentWorkflow,
  invoicePaymentWorkflowId,
  recoverInvoicePaymentWorkflow,
} from './messages.ts';
import { paymentCancelled } from './reasons.ts';
import { type PaymentMemory, recallPaymentResult } from './recall.ts';

/** What the payment of an invoice is to those who follow it. */
export const invoicePaymentProcess: ProcessDefinition<
  PaymentId,
  InvoicePaymentStatus,
  InvoicePaymentResult,
  { readonly billing: PaymentMemory }
> = {
  kind: 'invoice-payment',
  workflowTypes: [invoicePaymentWorkflow, recoverInvoicePaymentWorkflow],
  workflowIdOf: invoicePaymentWorkflowId,
  idField: 'paymentId',
  idSchema: paymentIdSchema,
  statusQuery: invoicePaymentStatusQuery,
  cancelUpdate: cancelInvoicePaymentUpdate,
  states: { ...commonStates, ...cardPaymentStates },
  listing: { columns: [customerColumn, 'state'] },
  cancelledAs: paymentCancelled,
  aftermath: 'the sweeper gives back what is still held, or carries a captured payment through',
  recall: ({ billing }, paymentId) => recallPaymentResult(billing, paymentId),
  idsOf: (paymentId) => ({ paymentId, invoiceId: '' as InvoiceId }),
};
