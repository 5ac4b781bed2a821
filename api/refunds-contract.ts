import { z } from 'zod';
import { orderIdSchema, refundIdSchema } from '../contracts/identifiers.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { refundRequestSchema } from '../workflows/refund/contract.ts';
import {
  exampleAmounts,
  exampleResult,
  nextField,
  pageFields,
  resultFields,
  rowFields,
  statusFields,
} from './shapes.ts';

const refund = z.strictObject({ refundId: refundIdSchema });
const ids = { refundId: refundIdSchema, orderId: orderIdSchema };
const refundStatusSchema = z.object({ ...ids, ...statusFields });

const exampleStatus = {
  ...{ refundId: 'r-1', orderId: 'c-1', state: 'completed', version: '1b77c02e9a54' },
  ...{ steps: [], undone: [], needsOperator: [], decisions: [], amounts: exampleAmounts },
};

/** What is given back of orders: the shop gives, and customers see how it goes. */
export const refundOperations = {
  requestRefund: {
    method: 'PUT',
    path: '/v1/refunds/:refundId',
    access: ['operator', 'finance', 'manager'],
    summary: 'Gives a completed order back, or a part of it; the same again is the same refund',
    input: refundRequestSchema.omit({ requestedBy: true }),
    output: z.object(ids),
    example: {
      input: { refundId: 'r-1', orderId: 'c-1', lines: [{ sku: 'product-1', quantity: 1 }], reason: 'too large' },
      output: { refundId: 'r-1', orderId: 'c-1' },
    },
    failures: ['IdempotencyConflict', 'InvalidState', 'NotFound'],
  },
  readRefund: {
    method: 'GET',
    path: '/v1/refunds/:refundId',
    access: ['customer', 'operator'],
    summary: 'Where a refund stands; of one long past, how it ended',
    input: refund,
    output: refundStatusSchema,
    example: { input: { refundId: 'r-1' }, output: exampleStatus },
    failures: ['NotFound', 'InvalidState'],
  },
  watchRefund: {
    method: 'GET',
    path: '/v1/refunds/:refundId/events',
    access: ['customer', 'operator'],
    summary:
      'Where a refund stands, again at each change, to its end; the header Last-Event-ID goes on behind an event',
    streams: true,
    input: refund,
    output: refundStatusSchema,
    example: { input: { refundId: 'r-1' }, output: exampleStatus },
    failures: ['NotFound', 'InvalidState'],
  },
  readRefundResult: {
    method: 'GET',
    path: '/v1/refunds/:refundId/result',
    access: ['customer', 'operator'],
    summary: 'How a refund has ended; 409 while it goes on: it can be watched to its end',
    input: refund,
    output: z.object({ ...ids, ...resultFields }),
    example: { input: { refundId: 'r-1' }, output: { refundId: 'r-1', orderId: 'c-1', ...exampleResult } },
    failures: ['NotFound', 'InvalidState', 'InProgress'],
  },
  listRefunds: {
    method: 'GET',
    path: '/v1/orders/:orderId/refunds',
    access: ['customer', 'operator'],
    summary: 'The refunds of an order, newest first, by pages that may be shorter than the limit',
    input: z.strictObject({ orderId: orderIdSchema, ...pageFields }),
    output: z.object({
      refunds: z.array(z.object({ ...rowFields, refundId: z.string(), orderId: z.string().optional() })),
      next: nextField,
    }),
    example: {
      input: { orderId: 'c-1' },
      output: {
        refunds: [
          {
            ...{ refundId: 'r-1', workflowId: 'refund/r-1', orderId: 'c-1', state: 'completed' },
            ...{ needsOperator: false, startedAt: '2026-02-03T09:00:00.000Z' },
          },
        ],
      },
    },
    failures: ['NotFound'],
  },
} as const satisfies Record<string, HttpOperation>;
