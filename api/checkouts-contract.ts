import { z } from 'zod';
import { orderAmountsSchema } from '../contracts/amounts.ts';
import { checkoutIdSchema, customerIdSchema, orderIdSchema } from '../contracts/identifiers.ts';
import { currencySchema } from '../contracts/money.ts';
import type { HttpOperation } from '../platform/http/contract.ts';
import { cardChangeSchema, checkoutRequestSchema } from '../workflows/checkout/contract.ts';
import {
  decisionSchema,
  exampleAmounts,
  exampleDecision,
  exampleResult,
  exampleStatus,
  nextField,
  noteField,
  pageFields,
  reasonSchema,
  resultFields,
  rowFields,
  statusFields,
  versionField,
  waitingSchema,
} from './shapes.ts';

const checkout = z.strictObject({ checkoutId: checkoutIdSchema });
const ids = { checkoutId: checkoutIdSchema, orderId: orderIdSchema };

const answerSchema = z.object({
  ...ids,
  answer: z
    .enum(['accepted', 'refused', 'cancelled', 'needs-action', 'pending'])
    .describe('`needs-action`: the customer has something to do; `pending`: a reviewer, or the provider, has'),
  amounts: orderAmountsSchema.optional(),
  reason: reasonSchema.optional(),
  waitingFor: waitingSchema.optional(),
});

const checkoutStatusSchema = z.object({ ...ids, ...statusFields });
const resultSchema = z.object({ ...ids, ...resultFields });

const exampleIds = { checkoutId: 'c-1', orderId: 'c-1' };

/** What customers do about their checkouts, and reviewers about the payments. */
export const checkoutOperations = {
  placeCheckout: {
    method: 'PUT',
    path: '/v1/checkouts/:checkoutId',
    access: ['customer', 'operator'],
    summary: 'Places a checkout, and answers as soon as it is accepted, refused or waits; the same again is the same',
    input: checkoutRequestSchema.extend({
      customerId: customerIdSchema.optional().describe('who buys; absent: the customer who calls'),
    }),
    output: answerSchema,
    example: {
      input: {
        ...{ checkoutId: 'c-1', lines: [{ sku: 'product-1', quantity: 2 }], currency: 'USD', country: 'US' },
        ...{ paymentMethod: 'pm_card_visa', acceptedTotal: 5998 },
      },
      output: { ...exampleIds, answer: 'accepted', amounts: exampleAmounts },
    },
    failures: ['IdempotencyConflict', 'InvalidState', 'InProgress', 'NotFound'],
  },
  listCheckouts: {
    method: 'GET',
    path: '/v1/checkouts',
    access: ['customer', 'operator', 'reviewer'],
    summary: "Checkouts, newest first, by pages that may be shorter than the limit; a customer's own",
    input: z.strictObject({
      customerId: customerIdSchema.optional(),
      state: z.string().max(40).optional().describe('`running`, `in-review`, `completed`, …'),
      ...pageFields,
    }),
    output: z.object({
      checkouts: z.array(
        z.object({
          ...rowFields,
          checkoutId: z.string(),
          customerId: z.string().optional(),
          total: z.int().optional().describe('minor units of the currency'),
          currency: currencySchema.optional(),
        }),
      ),
      next: nextField,
    }),
    example: {
      input: { state: 'in-review', limit: 20 },
      output: {
        checkouts: [
          {
            ...{ checkoutId: 'c-1', workflowId: 'checkout/c-1', customerId: 'customer-123', state: 'in-review' },
            ...{ needsOperator: false, startedAt: '2026-01-31T12:00:00.000Z', total: 5998, currency: 'USD' },
          },
        ],
      },
    },
    failures: [],
  },
  readCheckout: {
    method: 'GET',
    path: '/v1/checkouts/:checkoutId',
    access: ['customer', 'operator', 'reviewer'],
    summary: 'Where a checkout stands; of one long past, how it ended',
    input: checkout,
    output: checkoutStatusSchema,
    example: { input: { checkoutId: 'c-1' }, output: { ...exampleIds, ...exampleStatus, amounts: exampleAmounts } },
    failures: ['NotFound', 'InvalidState'],
  },
  watchCheckout: {
    method: 'GET',
    path: '/v1/checkouts/:checkoutId/events',
    access: ['customer', 'operator', 'reviewer'],
    summary:
      'Where a checkout stands, again at each change, to its end; the header Last-Event-ID goes on behind an event',
    streams: true,
    input: checkout,
    output: checkoutStatusSchema,
    example: { input: { checkoutId: 'c-1' }, output: { ...exampleIds, ...exampleStatus } },
    failures: ['NotFound', 'InvalidState'],
  },
  readCheckoutResult: {
    method: 'GET',
    path: '/v1/checkouts/:checkoutId/result',
    access: ['customer', 'operator', 'reviewer'],
    summary: 'How a checkout has ended; 409 while it goes on: it can be watched to its end',
    input: checkout,
    output: resultSchema,
    example: { input: { checkoutId: 'c-1' }, output: { ...exampleIds, ...exampleResult, amounts: exampleAmounts } },
    failures: ['NotFound', 'InvalidState', 'InProgress'],
  },
  cancelCheckout: {
    method: 'POST',
    path: '/v1/checkouts/:checkoutId/cancel',
    access: ['customer', 'operator'],
    summary: 'Cancels a checkout that has not taken its payment, and answers when everything is undone',
    input: checkout.extend({ version: versionField }),
    output: resultSchema,
    example: {
      input: { checkoutId: 'c-1', version: '8f1c2a90d3b7' },
      output: { ...exampleIds, outcome: 'cancelled', undone: ['cancel the order', 'void the payment'] },
    },
    failures: ['NotFound', 'InvalidState'],
  },
  changePaymentMethod: {
    method: 'POST',
    path: '/v1/checkouts/:checkoutId/payment-method',
    access: ['customer', 'operator'],
    summary: 'Pays with another card, after a decline, what was placed with `onDecline: wait`',
    input: checkout.extend({ ...cardChangeSchema.shape, version: versionField }),
    output: answerSchema,
    example: {
      input: { checkoutId: 'c-1', paymentMethod: 'pm_card_mastercard' },
      output: { ...exampleIds, answer: 'accepted', amounts: exampleAmounts },
    },
    failures: ['NotFound', 'InvalidState'],
  },
  reviewCheckout: {
    method: 'POST',
    path: '/v1/checkouts/:checkoutId/review',
    access: ['reviewer'],
    summary: 'Decides about a payment that is held for review',
    input: checkout.extend({
      decision: z.enum(['approve', 'refuse'], 'decide `approve` or `refuse`'),
      note: noteField,
      version: versionField,
    }),
    output: decisionSchema,
    example: {
      input: { checkoutId: 'c-1', decision: 'approve', note: 'a customer of many years', version: '8f1c2a90d3b7' },
      output: exampleDecision,
    },
    failures: ['NotFound', 'InvalidState'],
  },
} as const satisfies Record<string, HttpOperation>;
