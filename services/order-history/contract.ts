import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  orderIdSchema,
  paymentIdSchema,
  recordedInstantSchema,
  refundIdSchema,
  reservationIdSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

/** What an event adds to the history, beside its name and its time. Whom to write to is not among it. */
export const factsSchema = z.object({
  amounts: orderAmountsSchema.optional(),
  itemCount: z.int().optional(),
  reservationId: reservationIdSchema.optional(),
  paymentId: paymentIdSchema.optional(),
  refundId: refundIdSchema.optional(),
  /** The provider's id of a dispute. */
  disputeId: z.string().optional(),
  /** Of a dispute: what the customer takes back, in minor units of the currency. */
  amount: amountSchema.optional(),
  currency: currencySchema.optional(),
  /** How the bank has decided about a dispute. */
  outcome: z.enum(['won', 'lost']).optional(),
  /** A type of the failure catalogue; of a refund, the words of the person who asked for it. */
  reason: z.string().optional(),
  /** The reason, human-readable. */
  message: z.string().optional(),
  /** Which mail was sent. */
  template: z.string().optional(),
});

export type Facts = z.infer<typeof factsSchema>;

const entrySchema = factsSchema.extend({
  eventId: z.string(),
  /** The name of the event: `PaymentProcessed`. */
  event: z.string(),
  /** The place of the event among those of its workflow, from 1. */
  sequence: z.int(),
  occurredAt: recordedInstantSchema,
});

/**
 * Where an order stands, by the events that have come in so far. `released`: its stock is given back, and it is about to be
 * cancelled.
 */
const orderStates = z.enum([
  'placed',
  'reserved',
  'paid',
  'completed',
  'partly-refunded',
  'refunded',
  'payment-failed',
  'released',
  'cancelled',
]);

export type OrderState = z.infer<typeof orderStates>;

const orderSummarySchema = z.object({
  orderId: orderIdSchema,
  checkoutId: checkoutIdSchema,
  /** Absent as long as only a mail is known of the order. */
  customerId: customerIdSchema.optional(),
  state: orderStates,
  /** What the order costs; refunds do not change it. */
  amounts: orderAmountsSchema.optional(),
  /** Minor units that were given back. */
  refunded: amountSchema,
  /** Why its payment failed or it was cancelled: a type of the failure catalogue. */
  reason: z.string().optional(),
  /** The times of its first and its latest event. */
  beganAt: recordedInstantSchema,
  changedAt: recordedInstantSchema,
});

export type OrderSummary = z.infer<typeof orderSummarySchema>;

const historySchema = orderSummarySchema.extend({
  /** In the order in which it happened. */
  timeline: z.array(entrySchema),
});

export type OrderHistory = z.infer<typeof historySchema>;

export const orderHistoryContract = defineHttpContract({
  name: 'order-history',
  version: '1.0.0',
  summary: 'What happened to every order; it is written from events alone, and asks no other service',
  operations: {
    findHistory: {
      method: 'GET',
      path: '/orders/:orderId',
      access: ['api', 'operator'],
      summary: 'Where one order stands, and what happened to it',
      input: z.strictObject({ orderId: orderIdSchema }),
      output: historySchema,
      failures: ['NotFound'],
    },
    listOrders: {
      method: 'GET',
      path: '/customers/:customerId/orders',
      access: ['api', 'operator'],
      summary: "A customer's orders, newest first, by pages",
      input: z.strictObject({
        customerId: customerIdSchema,
        limit: z.coerce.number().int().min(1).max(1_000).default(50),
        after: orderIdSchema.optional().describe('the `next` of the page before'),
      }),
      output: z.object({
        orders: z.array(orderSummarySchema),
        next: orderIdSchema.optional().describe('absent on the last page'),
      }),
      failures: [],
    },
  },
});

export type OrderHistoryClient = HttpClient<typeof orderHistoryContract>;
