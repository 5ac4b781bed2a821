import { z } from 'zod';
import { customerIdSchema, invoiceIdSchema } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { userCopyOperations } from '../../contracts/user-copy.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import { invoicingOperations } from './invoicing-contract.ts';
import { paymentOperations } from './payment-contract.ts';
import { creditNoteSchema, paymentSchema } from './payment-shapes.ts';
import { reversalOperations } from './reversal-contract.ts';
import { invoiceContactSchema, invoiceContentSchema, invoiceSchema, invoiceStates } from './shapes.ts';

export type { CreditNote, InvoicePayment, Transfer } from './payment-contract.ts';
export type { RecordedReversal } from './reversal-contract.ts';
export type { Invoice } from './shapes.ts';

const invoice = z.strictObject({ invoiceId: invoiceIdSchema });

/** The id that the caller chooses is the idempotency key: the same call again changes nothing. */
export const billingContract = defineHttpContract({
  name: 'billing',
  version: '1.0.0',
  summary: 'Invoices from issued to paid or credited, under numbers without gaps',
  operations: {
    issueInvoice: {
      method: 'PUT',
      path: '/invoices/:invoiceId',
      access: ['back-office-worker'],
      summary: 'Issues an invoice under the next number, tells the books of it and has it mailed',
      input: invoiceContentSchema.extend({ invoiceId: invoiceIdSchema, contact: invoiceContactSchema }),
      output: invoiceSchema,
      failures: ['IdempotencyConflict'],
    },
    findInvoice: {
      method: 'GET',
      path: '/invoices/:invoiceId',
      access: ['api', 'back-office-worker', 'finance'],
      summary: 'One invoice',
      input: invoice,
      output: invoiceSchema,
      failures: [invoiceRefusals.InvoiceNotFound],
    },
    recallInvoice: {
      method: 'POST',
      path: '/invoices/:invoiceId/recall',
      access: ['api', 'back-office-worker', 'finance'],
      summary: 'The invoice of an id, if it was issued; with other content it is a conflict',
      input: invoiceContentSchema.extend({ invoiceId: invoiceIdSchema }),
      output: z.object({ invoice: invoiceSchema.optional() }),
      failures: ['IdempotencyConflict'],
    },
    listInvoices: {
      method: 'GET',
      path: '/invoices',
      access: ['api', 'finance'],
      summary: 'Invoices without their lines, newest first',
      input: z.strictObject({
        customerId: customerIdSchema.optional(),
        state: z.enum(invoiceStates).optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({ invoices: z.array(invoiceSchema.omit({ lines: true, taxes: true })) }),
      failures: [],
    },
    exportCustomer: {
      method: 'GET',
      path: '/customers/:customerId/export',
      access: ['operator'],
      summary: 'Invoices, payments and credit notes of one customer, whole, for who is asked what is kept about them',
      input: z.strictObject({
        customerId: customerIdSchema,
        limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('of each of them'),
      }),
      output: z.object({
        invoices: z.array(invoiceSchema),
        payments: z.array(paymentSchema),
        creditNotes: z.array(creditNoteSchema),
      }),
      failures: [],
    },
    remindDue: {
      method: 'POST',
      path: '/invoices/remind',
      access: ['back-office-worker'],
      summary: 'Reminds of invoices that are soon due and unpaid, once for each',
      input: z.strictObject({ limit: z.int().min(1).max(1_000).default(100) }),
      output: z.object({ reminded: z.int() }),
      failures: [],
    },
    ...userCopyOperations,
    ...paymentOperations,
    ...reversalOperations,
    ...invoicingOperations,
  },
});

export type BillingClient = HttpClient<typeof billingContract>;
