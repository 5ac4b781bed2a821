import { z } from 'zod';
import { invoiceIdSchema, paymentIdSchema } from '../contracts/identifiers.ts';
import { invoiceRefusals } from '../contracts/invoice-refusals.ts';
import { moneySchema } from '../contracts/money.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { billingContract } from '../services/billing/contract.ts';
import { orderHistoryContract } from '../services/order-history/contract.ts';
import { ordersContract } from '../services/orders/contract.ts';
import { invoicePaymentRequestSchema } from '../workflows/invoice-payment/contract.ts';
import { exampleAmounts, exampleInvoice, exampleResult, resultFields, statusFields } from './shapes.ts';

const billing = billingContract.operations;
const history = orderHistoryContract.operations;
const { findOrder } = ordersContract.operations;

const payment = z.strictObject({ paymentId: paymentIdSchema });
const paymentFacts = {
  paymentId: paymentIdSchema,
  invoiceId: z.string(),
  amount: moneySchema.optional().describe('what is paid'),
};
const { amounts: _, ...ofAnyProcess } = statusFields;
const paymentStatusSchema = z.object({ ...paymentFacts, ...ofAnyProcess });
const { amounts: __, ...ending } = resultFields;

const exampleOrder = {
  ...{ orderId: 'c-1', checkoutId: 'c-1', customerId: 'customer-123', state: 'completed', refunded: 0 },
  amounts: exampleAmounts,
};
const exampleSummary = {
  ...exampleOrder,
  ...{ beganAt: '2026-01-31T12:00:00.000Z', changedAt: '2026-01-31T12:00:01.000Z' },
};
const examplePayment = {
  ...{ paymentId: 'p-1', invoiceId: 'i-1', state: 'completed', version: '1b77c02e9a54' },
  ...{ steps: [], undone: [], needsOperator: [], decisions: [] },
};

/** Orders, invoices and accounts of customers: their own, and those of everyone for who works on them. */
export const accountOperations = {
  readOrder: {
    ...findOrder,
    path: '/v1/orders/:orderId',
    access: ['customer', 'operator'],
    example: {
      input: { orderId: 'c-1' },
      output: { ...exampleOrder, lines: [], refunds: [], placedAt: '2026-01-31T12:00:00.000Z' },
    },
  },
  readOrderHistory: {
    ...history.findHistory,
    path: '/v1/orders/:orderId/history',
    access: ['customer', 'operator'],
    example: { input: { orderId: 'c-1' }, output: { ...exampleSummary, timeline: [] } },
  },
  listOrders: {
    ...history.listOrders,
    path: '/v1/customers/:customerId/orders',
    access: ['customer', 'operator'],
    failures: ['NotFound'],
    example: { input: { customerId: 'customer-123', limit: 50 }, output: { orders: [exampleSummary] } },
  },
  readInvoice: {
    ...billing.findInvoice,
    path: '/v1/invoices/:invoiceId',
    access: ['customer', 'finance'],
    example: { input: { invoiceId: 'i-1' }, output: { ...exampleInvoice, lines: [], taxes: [] } },
  },
  listInvoices: {
    ...billing.listInvoices,
    path: '/v1/invoices',
    access: ['customer', 'finance'],
    example: { input: { state: 'open', limit: 100 }, output: { invoices: [exampleInvoice] } },
  },
  readStatement: {
    ...billing.statement,
    path: '/v1/customers/:customerId/statement',
    access: ['customer', 'finance'],
    failures: ['NotFound'],
    example: {
      input: { customerId: 'customer-123', currency: 'EUR' },
      output: { lines: [], balance: 0, open: 0, credit: 0 },
    },
  },
  payInvoice: {
    method: 'PUT',
    path: '/v1/invoice-payments/:paymentId',
    access: ['customer', 'finance'],
    summary: 'Pays an invoice by card; the same again is the same payment, and takes no money twice',
    input: invoicePaymentRequestSchema,
    output: z.object({ paymentId: paymentIdSchema, invoiceId: invoiceIdSchema }),
    failures: ['IdempotencyConflict', 'InvalidState', invoiceRefusals.InvoiceNotFound, 'NotFound'],
    example: {
      input: { paymentId: 'p-1', invoiceId: 'i-1', paymentMethod: 'pm_card_visa' },
      output: { paymentId: 'p-1', invoiceId: 'i-1' },
    },
  },
  readInvoicePayment: {
    method: 'GET',
    path: '/v1/invoice-payments/:paymentId',
    access: ['customer', 'finance'],
    summary: 'Where the payment of an invoice stands',
    input: payment,
    output: paymentStatusSchema,
    failures: ['NotFound', 'InvalidState'],
    example: { input: { paymentId: 'p-1' }, output: examplePayment },
  },
  watchInvoicePayment: {
    method: 'GET',
    path: '/v1/invoice-payments/:paymentId/events',
    access: ['customer', 'finance'],
    summary: 'The same, again at each change, to its end; the header Last-Event-ID goes on behind an event',
    streams: true,
    input: payment,
    output: paymentStatusSchema,
    failures: ['NotFound', 'InvalidState'],
    example: { input: { paymentId: 'p-1' }, output: examplePayment },
  },
  readInvoicePaymentResult: {
    method: 'GET',
    path: '/v1/invoice-payments/:paymentId/result',
    access: ['customer', 'finance'],
    summary: 'How the payment of an invoice has ended; 409 while it goes on: it can be watched to its end',
    input: payment,
    output: z.object({ ...paymentFacts, ...ending }),
    failures: ['NotFound', 'InvalidState', 'InProgress'],
    example: { input: { paymentId: 'p-1' }, output: { paymentId: 'p-1', invoiceId: 'i-1', ...exampleResult } },
  },
} as const satisfies Record<string, HttpOperation>;
