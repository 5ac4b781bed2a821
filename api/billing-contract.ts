import { z } from 'zod';
import { customerIdSchema, invoiceIdSchema } from '../contracts/identifiers.ts';
import { invoiceAmountsSchema } from '../contracts/invoice-amounts.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { billingContract } from '../services/billing/contract.ts';
import { invoiceRequestSchema } from '../workflows/invoice/contract.ts';
import { exampleInvoice, resultFields } from './shapes.ts';

const { applyCredit, assignTransfer, findInvoicePayment, issueCreditNote, listPayments, receiveTransfer } =
  billingContract.operations;
const { amounts: _, ...ending } = resultFields;

const exampleTransfer = {
  ...{ account: 'DE02120300000000202051', bankReference: '2026-02-03-17', currency: 'EUR', amount: 11_900 },
  ...{ receivedOn: '2026-02-03', payer: 'Ada Lovelace', remittance: 'INV-000017' },
} as const;
const { currency, amount, ...transfer } = exampleTransfer;
const examplePayment = {
  ...{
    paymentId: 'p-2',
    method: 'transfer',
    state: 'applied',
    customerId: 'customer-123',
    currency,
    amount,
    credit: 0,
  },
  ...{ allocations: [{ invoiceId: 'i-1', number: 'INV-000017', amount }], transfer },
  createdAt: '2026-02-03T09:00:00.000Z',
};

/** What the shop does about the money that it is owed. */
export const billingOperations = {
  issueInvoice: {
    method: 'PUT',
    path: '/v1/invoices/:invoiceId',
    access: ['finance'],
    summary: 'Issues an invoice, once its customer is known to be who may buy; the same again is the same invoice',
    input: invoiceRequestSchema,
    output: z.object({
      invoiceId: invoiceIdSchema,
      customerId: customerIdSchema,
      ...ending,
      number: z.string().optional().describe('without gaps'),
      invoiceAmounts: invoiceAmountsSchema.optional(),
      dueDate: z.string().optional().describe('the last day on which it is paid in time'),
    }),
    example: {
      input: {
        ...{ invoiceId: 'i-1', customerId: 'customer-123', currency: 'EUR' },
        lines: [{ description: 'Consulting', quantity: 2, unitPrice: 5_000, taxRate: 1_900 }],
      },
      output: { invoiceId: 'i-1', customerId: 'customer-123', outcome: 'completed', undone: [], number: 'INV-000017' },
    },
    failures: ['IdempotencyConflict', 'InvalidState', 'NotFound'],
  },
  issueCreditNote: {
    ...issueCreditNote,
    path: '/v1/credit-notes/:creditNoteId',
    example: {
      input: { creditNoteId: 'n-1', invoiceId: 'i-1', amount: 11_900, reason: 'sent back' },
      output: {
        ...{ creditNoteId: 'n-1', number: 'CN-000003', invoiceId: 'i-1', toInvoice: 11_900, toCredit: 0 },
        ...{ amounts: exampleInvoice.amounts, reason: 'sent back', issuedAt: '2026-02-03T09:00:00.000Z' },
      },
    },
  },
  applyCredit: {
    ...applyCredit,
    path: '/v1/invoices/:invoiceId/apply-credit',
    example: {
      input: { invoiceId: 'i-1' },
      output: { applied: 11_900, invoice: { ...exampleInvoice, lines: [], taxes: [] } },
    },
  },
  listInvoicePayments: {
    ...listPayments,
    path: '/v1/invoice-payments',
    example: { input: { invoiceId: 'i-1', limit: 100 }, output: { payments: [examplePayment] } },
  },
  readTransfer: {
    ...findInvoicePayment,
    path: '/v1/invoice-payments/:paymentId/transfer',
    access: ['finance'],
    example: { input: { paymentId: 'p-2' }, output: examplePayment },
  },
  receiveTransfer: {
    ...receiveTransfer,
    path: '/v1/invoice-payments/:paymentId/transfer',
    example: { input: { paymentId: 'p-2', ...exampleTransfer }, output: examplePayment },
  },
  assignTransfer: {
    ...assignTransfer,
    path: '/v1/invoice-payments/:paymentId/assign',
    example: {
      input: {
        ...{ paymentId: 'p-2', customerId: 'customer-123', contact: exampleInvoice.contact, note: 'she called' },
        allocations: [{ invoiceId: 'i-1', amount: 11_900 }],
      },
      output: { ...examplePayment, assignedBy: 'fiona' },
    },
  },
} as const satisfies Record<string, HttpOperation>;
