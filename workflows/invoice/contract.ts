import { z } from 'zod';
import { type CustomerId, type InvoiceId, invoiceIdSchema } from '../../contracts/identifiers.ts';
import type { InvoiceAmounts } from '../../contracts/invoice-amounts.ts';
import { invoiceContentSchema } from '../../services/billing/shapes.ts';
import type { CommonState, ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** What a caller sends to have an invoice issued; the same id again is the same invoice. */
export const invoiceRequestSchema = z.strictObject({ invoiceId: invoiceIdSchema, ...invoiceContentSchema.shape });

export type InvoiceRequest = z.infer<typeof invoiceRequestSchema>;
export type InvoiceInput = z.input<typeof invoiceRequestSchema>;

/** Where the issue of an invoice stands; what was paid of it is billing's to say. */
export type InvoiceState = CommonState;

/** What is told of an invoice beside what every process tells. */
export interface InvoiceFacts {
  /** Without gaps: `INV-000017`. */
  readonly number?: string | undefined;
  readonly invoiceAmounts?: InvoiceAmounts | undefined;
  /** The last day on which it is paid in time. */
  readonly dueDate?: string | undefined;
}

/** The answer of the query `status`. */
export interface InvoiceStatus extends ProcessStatus<InvoiceState>, InvoiceFacts {
  readonly invoiceId: InvoiceId;
  readonly customerId: CustomerId;
}

/** How it ended: `completed` is issued. */
export interface InvoiceResult extends ProcessResult, InvoiceFacts {
  readonly invoiceId: InvoiceId;
  readonly customerId: CustomerId;
}
