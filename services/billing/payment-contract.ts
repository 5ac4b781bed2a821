import { z } from 'zod';
import { creditNoteIdSchema, customerIdSchema, invoiceIdSchema, paymentIdSchema } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { currencySchema } from '../../contracts/money.ts';
import { refusals } from '../../contracts/refusals.ts';
import { atMost } from '../../contracts/texts.ts';
import type { HttpOperation } from '../../platform/http/contract.ts';
import {
  creditNoteSchema,
  paidAmountSchema,
  paymentReasonSchema,
  paymentSchema,
  statementLineSchema,
  transferSchema,
} from './payment-shapes.ts';
import { invoiceContactSchema, invoiceSchema } from './shapes.ts';

export type { CreditNote, InvoicePayment, Transfer } from './payment-shapes.ts';

const payment = z.strictObject({ paymentId: paymentIdSchema });

/** What a card is to pay; the same id with other content is a conflict. */
const claimSchema = payment.extend({
  invoiceId: invoiceIdSchema,
  amount: paidAmountSchema.optional().describe('Minor units. Absent: all that is open.'),
  currency: currencySchema.optional().describe('The one that the payer has in mind. Absent: that of the invoice.'),
});

const {
  InvoiceNotFound,
  InvoiceAlreadyPaid,
  InvoiceHeld,
  PaymentPending,
  PaymentTooLarge,
  CurrencyMismatch,
  CreditNoteTooLarge,
} = invoiceRefusals;

/** How invoices are paid and credited. */
export const paymentOperations = {
  claimPayment: {
    method: 'PUT',
    path: '/payments/:paymentId/claim',
    access: ['back-office-worker'],
    summary: 'Sets aside what a card is to pay, so that no other payment takes it',
    input: claimSchema,
    output: paymentSchema,
    failures: [
      InvoiceNotFound,
      InvoiceAlreadyPaid,
      InvoiceHeld,
      PaymentPending,
      PaymentTooLarge,
      CurrencyMismatch,
      'IdempotencyConflict',
      'InvalidState',
    ],
  },
  releaseClaim: {
    method: 'POST',
    path: '/payments/:paymentId/release',
    access: ['back-office-worker'],
    summary: 'Gives a claim up; one that was never made is refused from now on',
    input: payment.extend({ reason: paymentReasonSchema }),
    output: z.object({ wasClaimed: z.boolean() }),
    failures: ['InvalidState'],
  },
  applyPayment: {
    method: 'POST',
    path: '/payments/:paymentId/apply',
    access: ['back-office-worker'],
    summary: 'The money was taken: what was set aside is paid, and the books are told',
    input: payment,
    output: paymentSchema,
    failures: ['NotFound', 'InvalidState'],
  },
  findInvoicePayment: {
    method: 'GET',
    path: '/payments/:paymentId',
    access: ['back-office-worker', 'finance'],
    summary: 'One payment of invoices',
    input: payment,
    output: paymentSchema,
    failures: ['NotFound'],
  },
  listClaimedPayments: {
    method: 'GET',
    path: '/claimed-payments',
    access: ['back-office-worker', 'finance'],
    summary: 'The ids of card payments that claimed what they are to pay a while ago, and have not ended; page by page',
    input: z.strictObject({
      olderThanSeconds: z.coerce.number().int().min(0).max(31_536_000),
      after: paymentIdSchema.optional().describe('the last id of the page before'),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    output: z.object({ paymentIds: z.array(paymentIdSchema) }),
    failures: [],
  },
  recallPayment: {
    method: 'POST',
    path: '/payments/:paymentId/recall',
    access: ['back-office-worker', 'finance'],
    summary: 'The payment of an id, if there is one; with other content it is a conflict',
    input: claimSchema,
    output: z.object({ payment: paymentSchema.optional() }),
    failures: ['IdempotencyConflict'],
  },
  listPayments: {
    method: 'GET',
    path: '/payments',
    access: ['finance'],
    summary: 'Payments of invoices, newest first',
    input: z.strictObject({
      customerId: customerIdSchema.optional(),
      invoiceId: invoiceIdSchema.optional(),
      state: paymentSchema.shape.state.optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    output: z.object({ payments: z.array(paymentSchema) }),
    failures: [],
  },
  receiveTransfer: {
    method: 'PUT',
    path: '/payments/:paymentId/transfer',
    access: ['finance'],
    summary: 'Takes what came in at the bank: for the invoices that it names, else until somebody says whose it is',
    input: payment.extend(transferSchema.shape),
    output: paymentSchema,
    failures: ['IdempotencyConflict'],
  },
  assignTransfer: {
    method: 'POST',
    path: '/payments/:paymentId/assign',
    access: ['finance'],
    summary: 'Says whose a transfer is that names no invoice; what is left over is the credit of the customer',
    input: payment.extend({
      customerId: customerIdSchema,
      contact: invoiceContactSchema,
      allocations: z
        .array(z.strictObject({ invoiceId: invoiceIdSchema, amount: paidAmountSchema }))
        .max(100, 'a transfer pays at most 100 invoices'),
      note: atMost(z.string().trim().min(1, 'say why, in a note'), 1_000, 'a note has at most 1,000 characters'),
    }),
    output: paymentSchema,
    failures: ['NotFound', 'InvalidState', InvoiceNotFound, PaymentTooLarge, CurrencyMismatch, 'IdempotencyConflict'],
  },
  issueCreditNote: {
    method: 'PUT',
    path: '/credit-notes/:creditNoteId',
    access: ['finance'],
    summary: 'Takes an invoice back, whole or in part; what of it was paid becomes the credit of the customer',
    input: z.strictObject({
      creditNoteId: creditNoteIdSchema,
      invoiceId: invoiceIdSchema,
      amount: paidAmountSchema.optional().describe('With tax, in minor units. Absent: all that was not credited yet.'),
      reason: atMost(z.string().trim().min(1, 'say why'), 200, 'a reason has at most 200 characters'),
    }),
    output: creditNoteSchema,
    failures: [InvoiceNotFound, CreditNoteTooLarge, 'IdempotencyConflict'],
  },
  applyCredit: {
    method: 'POST',
    path: '/invoices/:invoiceId/apply-credit',
    access: ['finance'],
    summary: 'Pays an invoice with the credit of its customer, as far as it goes; again, it takes what has come since',
    input: z.strictObject({ invoiceId: invoiceIdSchema }),
    output: z.object({
      applied: z.int().describe('minor units; 0 when there is no credit, or nothing is open'),
      invoice: invoiceSchema,
    }),
    failures: [InvoiceNotFound, refusals.CustomerBanned],
  },
  statement: {
    method: 'GET',
    path: '/customers/:customerId/statement',
    access: ['finance'],
    summary: 'What a customer was asked for and has paid in one currency, oldest first',
    input: z.strictObject({ customerId: customerIdSchema, currency: currencySchema }),
    output: z.object({
      lines: z.array(statementLineSchema),
      /** What is open less the credit, in minor units. */
      balance: z.int(),
      open: z.int(),
      credit: z.int(),
    }),
    failures: [],
  },
} as const satisfies Record<string, HttpOperation>;
