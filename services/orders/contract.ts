import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  instantSchema,
  orderIdSchema,
  paymentIdSchema,
  refundIdSchema,
  skuSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, moneySchema } from '../../contracts/money.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

const orderLineSchema = z.strictObject({
  sku: skuSchema,
  quantity: z.int().min(1),
  /** Minor units, net of tax, for one piece. */
  unitPrice: amountSchema,
});

/** A cancelled refund takes and gives nothing. */
const refundStates = z.enum(['requested', 'completed', 'cancelled']);

/** `order`: asked of the shop. `provider`: made at the payment provider, for an amount instead of pieces. */
const refundKinds = z.enum(['order', 'provider']);

const refundSchema = z.object({
  refundId: refundIdSchema,
  kind: refundKinds,
  state: refundStates,
  reason: z.string(),
  /** The pieces that it took; none for one that was made at the provider. */
  lines: z.array(orderLineSchema),
  amounts: orderAmountsSchema,
  requestedAt: instantSchema,
});

const orderSchema = z.object({
  orderId: orderIdSchema,
  checkoutId: checkoutIdSchema,
  customerId: customerIdSchema,
  state: z.enum(['pending', 'completed', 'cancelled']),
  /** Why it was cancelled: a type of the failure catalogue, or `CancelledByCustomer`. */
  reason: z.string().optional(),
  lines: z.array(orderLineSchema),
  amounts: orderAmountsSchema,
  /** The payment that was captured; present once the order is completed. */
  paymentId: paymentIdSchema.optional(),
  /** Minor units that completed refunds have given back. */
  refunded: amountSchema,
  /** In the order in which they were requested. */
  refunds: z.array(refundSchema),
  placedAt: instantSchema,
});

export type Order = z.infer<typeof orderSchema>;

const orderStateSchema = z.object({
  orderId: orderIdSchema,
  state: z.enum(['pending', 'completed', 'cancelled']),
  /** Whether it was ever placed; false for a cancellation that came before its order. */
  wasPlaced: z.boolean(),
});

export type OrderState = z.infer<typeof orderStateSchema>;

const orderRefundSchema = refundSchema.omit({ reason: true, requestedAt: true }).extend({
  orderId: orderIdSchema,
  checkoutId: checkoutIdSchema,
  customerId: customerIdSchema,
  paymentId: paymentIdSchema,
});

/** A refund with what is needed of its order to carry it out. */
export type OrderRefund = z.infer<typeof orderRefundSchema>;

const refundStateSchema = z.object({
  refundId: refundIdSchema,
  orderId: orderIdSchema,
  state: refundStates,
  /** Whether it was ever requested; false for a cancellation that came before its refund. */
  wasRequested: z.boolean(),
});

export type RefundState = z.infer<typeof refundStateSchema>;

const order = z.strictObject({ orderId: orderIdSchema });
const refund = order.extend({ refundId: refundIdSchema });

/** The id that the caller chooses is the idempotency key: the same call again changes nothing. */
export const ordersContract = defineHttpContract({
  name: 'orders',
  version: '1.0.0',
  summary: 'Orders from placed to completed or cancelled',
  operations: {
    placeOrder: {
      method: 'PUT',
      path: '/orders/:orderId',
      summary: 'Places an order, pending until it is completed or cancelled',
      input: z.strictObject({
        orderId: orderIdSchema,
        checkoutId: checkoutIdSchema,
        customerId: customerIdSchema,
        lines: z.array(orderLineSchema).min(1).max(1_000),
        amounts: orderAmountsSchema,
      }),
      output: orderStateSchema,
      failures: ['IdempotencyConflict', 'InvalidState'],
    },
    completeOrder: {
      method: 'POST',
      path: '/orders/:orderId/complete',
      summary: 'The order is paid for and on its way',
      input: order.extend({ paymentId: paymentIdSchema }),
      output: orderStateSchema,
      failures: ['NotFound', 'InvalidState', 'IdempotencyConflict'],
    },
    cancelOrder: {
      method: 'POST',
      path: '/orders/:orderId/cancel',
      summary: 'Cancels the order; one that was never seen is refused from now on',
      input: order.extend({ reason: z.string().min(1).max(200) }),
      output: orderStateSchema,
      failures: ['InvalidState'],
    },
    findOrder: {
      method: 'GET',
      path: '/orders/:orderId',
      summary: 'One order with its lines and refunds',
      input: order,
      output: orderSchema,
      failures: ['NotFound'],
    },
    listOrders: {
      method: 'GET',
      path: '/orders',
      summary: 'Orders without their lines and refunds, newest first',
      input: z.strictObject({
        customerId: customerIdSchema.optional(),
        state: z.enum(['pending', 'completed', 'cancelled']).optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({ orders: z.array(orderSchema.omit({ lines: true, refunds: true })) }),
      failures: [],
    },
    requestRefund: {
      method: 'PUT',
      path: '/orders/:orderId/refunds/:refundId',
      summary:
        'Claims pieces of a completed order for a refund, and says what is to be paid back; without lines, the rest',
      input: refund.extend({
        lines: z
          .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
          .min(1, 'at least one line is needed; leave the lines out to refund the rest of the order')
          .max(1_000, 'at most 1,000 lines')
          .optional(),
        reason: z.string().min(1).max(200),
      }),
      output: orderRefundSchema,
      failures: [
        'NotFound',
        'OrderNotCompleted',
        'LineNotBought',
        'RefundTooLarge',
        'IdempotencyConflict',
        'InvalidState',
      ],
    },
    completeRefund: {
      method: 'POST',
      path: '/orders/:orderId/refunds/:refundId/complete',
      summary: 'The money of the refund was paid back',
      input: refund,
      output: refundStateSchema,
      failures: ['NotFound', 'InvalidState'],
    },
    cancelRefund: {
      method: 'POST',
      path: '/orders/:orderId/refunds/:refundId/cancel',
      summary: 'Gives up the claim of a refund; one that was never seen is refused from now on',
      input: refund,
      output: refundStateSchema,
      failures: ['InvalidState', 'IdempotencyConflict'],
    },
    recordProviderRefund: {
      method: 'PUT',
      path: '/orders/:orderId/provider-refunds/:refundId',
      summary: 'Keeps that money of a completed order was given back at the payment provider, and divides it',
      input: refund.extend({ paymentId: paymentIdSchema, amount: moneySchema.extend({ amount: amountSchema.min(1) }) }),
      output: orderRefundSchema,
      failures: [
        'NotFound',
        'OrderNotCompleted',
        'RefundTooLarge',
        'IdempotencyConflict',
        'InvalidRequest',
        'InProgress',
      ],
    },
  },
});

export type OrdersClient = HttpClient<typeof ordersContract>;
