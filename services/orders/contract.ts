import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  orderIdSchema,
  paymentIdSchema,
  refundIdSchema,
  skuSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, moneySchema } from '../../contracts/money.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import { atMost } from '../../contracts/texts.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';
import {
  cancellationSchema,
  contactSchema,
  goodsOf,
  orderLineSchema,
  orderRefundSchema,
  orderSchema,
  orderStateSchema,
  publicationSchema,
  recalledOrderSchema,
  recalledRefundSchema,
  refundStateSchema,
  requestHashSchema,
} from './shapes.ts';

export type {
  Cancellation,
  Order,
  OrderRefund,
  OrderState,
  Publication,
  RecalledOrder,
  RecalledRefund,
  RefundState,
} from './shapes.ts';

export { longestMessage } from './shapes.ts';

const order = z.strictObject({ orderId: orderIdSchema });
const unfinished = z.strictObject({
  olderThanSeconds: z.coerce.number().int().min(0).max(31_536_000),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
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
      access: ['checkout-worker'],
      summary: 'Places an order, pending until it is completed or cancelled',
      input: z
        .strictObject({
          orderId: orderIdSchema,
          checkoutId: checkoutIdSchema,
          customerId: customerIdSchema,
          lines: z.array(orderLineSchema).min(1).max(1_000),
          amounts: orderAmountsSchema,
          contact: contactSchema.optional(),
          requestHash: requestHashSchema.optional(),
        })
        .refine(({ lines, amounts }) => goodsOf(lines) === BigInt(amounts.goods), {
          path: ['amounts', 'goods'],
          error: 'goods are the sum of quantity × unitPrice over all lines',
        }),
      output: orderStateSchema,
      failures: ['IdempotencyConflict', 'InvalidState'],
    },
    completeOrder: {
      method: 'POST',
      path: '/orders/:orderId/complete',
      access: ['checkout-worker'],
      summary: 'The order is paid for, or cost nothing, and is on its way',
      input: order.extend({
        paymentId: paymentIdSchema.optional().describe('the payment that was captured; absent for an order of nothing'),
      }),
      output: orderStateSchema,
      failures: ['NotFound', 'InvalidState', 'IdempotencyConflict'],
    },
    cancelOrder: {
      method: 'POST',
      path: '/orders/:orderId/cancel',
      access: ['checkout-worker'],
      summary: 'Cancels the order; one that was never seen is refused from now on',
      input: order.extend({
        reason: atMost(z.string().min(1), 200, 'a reason has at most 200 characters'),
        cancellation: cancellationSchema.optional(),
      }),
      output: orderStateSchema,
      failures: ['InvalidState'],
    },
    recordOrderPublication: {
      method: 'POST',
      path: '/orders/:orderId/publication',
      access: ['checkout-worker'],
      summary: 'The facts of an order that has ended are published; of a pending one, it changes nothing',
      input: order,
      output: publicationSchema,
      failures: ['NotFound'],
    },
    recallOrder: {
      method: 'GET',
      path: '/orders/:orderId/recall',
      access: ['checkout-worker', 'checkout-inbox', 'api', 'operator'],
      summary: 'What became of an order id, also of one that was never seen or was cancelled before its order came',
      input: order,
      output: recalledOrderSchema,
      failures: [],
    },
    listUnfinishedOrders: {
      method: 'GET',
      path: '/unfinished-orders',
      access: ['checkout-worker', 'operator'],
      summary:
        'The ids of orders that have been pending, or have ended without their facts being published, for a while; in their order, page by page',
      input: unfinished.extend({ after: orderIdSchema.optional().describe('the last id of the page before') }),
      output: z.object({ orderIds: z.array(orderIdSchema) }),
      failures: [],
    },
    listUnfinishedRefunds: {
      method: 'GET',
      path: '/unfinished-refunds',
      access: ['checkout-worker', 'operator'],
      summary:
        'The ids of refunds that were requested or completed a while ago, and have not ended or not been published; in their order, page by page',
      input: unfinished.extend({ after: refundIdSchema.optional().describe('the last id of the page before') }),
      output: z.object({ refundIds: z.array(refundIdSchema) }),
      failures: [],
    },
    findOrder: {
      method: 'GET',
      path: '/orders/:orderId',
      access: ['api', 'checkout-worker', 'operator'],
      summary: 'One order with its lines and refunds',
      input: order,
      output: orderSchema,
      failures: ['NotFound'],
    },
    listOrders: {
      method: 'GET',
      path: '/orders',
      access: ['operator'],
      summary: 'Orders without their lines and refunds, newest first',
      input: z.strictObject({
        customerId: customerIdSchema.optional(),
        state: z.enum(['pending', 'completed', 'cancelled']).optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({ orders: z.array(orderSchema.omit({ lines: true, refunds: true, contact: true })) }),
      failures: [],
    },
    requestRefund: {
      method: 'PUT',
      path: '/orders/:orderId/refunds/:refundId',
      access: ['checkout-worker'],
      summary:
        'Claims pieces of a completed order for a refund, and says what is to be paid back; without lines, the rest',
      input: refund.extend({
        lines: z
          .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
          .min(1, 'at least one line is needed; leave the lines out to refund the rest of the order')
          .max(1_000, 'at most 1,000 lines')
          .optional(),
        reason: atMost(z.string().min(1), 200, 'a reason has at most 200 characters'),
        requestHash: requestHashSchema.optional(),
        request: z
          .record(z.string(), z.unknown())
          .optional()
          .describe('what the process was asked for, so that another run can finish it'),
      }),
      output: orderRefundSchema,
      failures: [
        'NotFound',
        refundRefusals.OrderNotCompleted,
        refundRefusals.LineNotBought,
        refundRefusals.RefundTooLarge,
        'IdempotencyConflict',
        'InvalidState',
      ],
    },
    completeRefund: {
      method: 'POST',
      path: '/orders/:orderId/refunds/:refundId/complete',
      access: ['checkout-worker'],
      summary: 'The money of the refund was paid back',
      input: refund,
      output: refundStateSchema,
      failures: ['NotFound', 'InvalidState'],
    },
    cancelRefund: {
      method: 'POST',
      path: '/orders/:orderId/refunds/:refundId/cancel',
      access: ['checkout-worker'],
      summary: 'Gives up the claim of a refund; one that was never seen is refused from now on',
      input: refund.extend({ cancellation: cancellationSchema.optional() }),
      output: refundStateSchema,
      failures: ['InvalidState', 'IdempotencyConflict'],
    },
    recordRefundPublication: {
      method: 'POST',
      path: '/refunds/:refundId/publication',
      access: ['checkout-worker'],
      summary: 'The fact of a completed refund is published; of another one, it changes nothing',
      input: z.strictObject({ refundId: refundIdSchema }),
      output: publicationSchema,
      failures: ['NotFound'],
    },
    recallRefund: {
      method: 'GET',
      path: '/refunds/:refundId/recall',
      access: ['checkout-worker', 'api', 'operator'],
      summary: 'What became of a refund id, also of one that was never seen or was cancelled before it came',
      input: z.strictObject({ refundId: refundIdSchema }),
      output: recalledRefundSchema,
      failures: [],
    },
    recordProviderRefund: {
      method: 'PUT',
      path: '/orders/:orderId/provider-refunds/:refundId',
      access: ['checkout-worker'],
      summary: 'Keeps that money of a completed order was given back at the payment provider, and divides it',
      input: refund.extend({ paymentId: paymentIdSchema, amount: moneySchema.extend({ amount: amountSchema.min(1) }) }),
      output: orderRefundSchema,
      failures: [
        'NotFound',
        refundRefusals.OrderNotCompleted,
        refundRefusals.RefundTooLarge,
        'IdempotencyConflict',
        'InvalidRequest',
        'InProgress',
      ],
    },
  },
});

export type OrdersClient = HttpClient<typeof ordersContract>;
