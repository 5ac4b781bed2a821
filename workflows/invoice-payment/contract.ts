import { z } from 'zod';
import {
  type InvoiceId,
  invoiceIdSchema,
  type PaymentId,
  paymentIdSchema,
  paymentMethodSchema,
} from '../../contracts/identifiers.ts';
import type { Money } from '../../contracts/money.ts';
import { currencySchema } from '../../contracts/money.ts';
import { paidAmountSchema } from '../../services/billing/payment-shapes.ts';
import type { CardPaymentState } from '../kit/card-payment/contract.ts';
import type { CommonState, ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** What a caller sends to have an invoice paid by card; the same id again is the same payment, and takes no money twice. */
export const invoicePaymentRequestSchema = z.strictObject({
  /** As long as the provider's own id of it, which is made of it, may be. */
  paymentId: paymentIdSchema.refine((id) => id.length <= 64, 'the id of a payment has at most 64 characters'),
  invoiceId: invoiceIdSchema,
  /** Minor units. Absent: all that is open. */
  amount: paidAmountSchema.optional(),
  /** Absent: that of the invoice. */
  currency: currencySchema.optional(),
  paymentMethod: paymentMethodSchema,
});

export type InvoicePaymentRequest = z.infer<typeof invoicePaymentRequestSchema>;
export type InvoicePaymentInput = z.input<typeof invoicePaymentRequestSchema>;

/** Where the payment of an invoice stands. */
export type InvoicePaymentState = CommonState | CardPaymentState;

/** What is told of a payment beside what every process tells. */
export interface InvoicePaymentFacts {
  /** What is paid. */
  readonly amount?: Money | undefined;
}

/** The answer of the query `status`. */
export interface InvoicePaymentStatus extends ProcessStatus<InvoicePaymentState>, InvoicePaymentFacts {
  readonly paymentId: PaymentId;
  readonly invoiceId: InvoiceId;
}

/** How it ended: `completed` is captured and applied to the invoice. */
export interface InvoicePaymentResult extends ProcessResult, InvoicePaymentFacts {
  readonly paymentId: PaymentId;
  readonly invoiceId: InvoiceId;
}
