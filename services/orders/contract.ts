import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  instantSchema,
  orderIdSchema,
  skuSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema } from '../../contracts/money.ts';
import { defineHttpContract, type HttpClient } from '../../platform/http/contract.ts';

const orderLineSchema = z.strictObject({
  sku: skuSchema,
  quantity: z.int().min(1),
  /** Minor units, net of tax, for one piece. */
  unitPrice: amountSchema,
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

const order = z.strictObject({ orderId: orderIdSchema });

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
      input: order,
      output: orderStateSchema,
      failures: ['NotFound', 'InvalidState'],
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
      summary: 'One order with its lines',
      input: order,
      output: orderSchema,
      failures: ['NotFound'],
    },
    listOrders: {
      method: 'GET',
      path: '/orders',
      summary: 'Orders without their lines, newest first',
      input: z.strictObject({
        customerId: customerIdSchema.optional(),
        state: z.enum(['pending', 'completed', 'cancelled']).optional(),
        limit: z.coerce.number().int().min(1).max(1_000).default(100),
      }),
      output: z.object({ orders: z.array(orderSchema.omit({ lines: true })) }),
      failures: [],
    },
  },
});

export type OrdersClient = HttpClient<typeof ordersContract>;
