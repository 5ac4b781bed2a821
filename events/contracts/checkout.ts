import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  orderIdSchema,
  paymentIdSchema,
  reservationIdSchema,
} from '../../contracts/identifiers.ts';

const order = { checkoutId: checkoutIdSchema, orderId: orderIdSchema, customerId: customerIdSchema };
/** Whom to write to: what a consumer needs is in the event, none calls a service. */
const customer = { customer: z.object({ name: z.string(), email: z.email() }) };
const reason = {
  /** A type of the failure catalogue, or `CancelledByCustomer`. */
  reason: z.string(),
  /** The reason for people. */
  message: z.string(),
};

export const checkoutEvents = {
  OrderPlaced: {
    type: 'checkout.order.placed.v1',
    data: z.object({ ...order, amounts: orderAmountsSchema, itemCount: z.int() }),
  },
  InventoryReserved: {
    type: 'checkout.inventory.reserved.v1',
    data: z.object({ ...order, reservationId: reservationIdSchema, itemCount: z.int() }),
  },
  PaymentProcessed: {
    type: 'checkout.payment.processed.v1',
    data: z.object({ ...order, paymentId: paymentIdSchema, amounts: orderAmountsSchema }),
  },
  PaymentFailed: {
    type: 'checkout.payment.failed.v1',
    data: z.object({ ...order, ...customer, ...reason, paymentId: paymentIdSchema, amounts: orderAmountsSchema }),
  },
  InventoryReleased: {
    type: 'checkout.inventory.released.v1',
    data: z.object({ ...order, reservationId: reservationIdSchema }),
  },
  OrderCompleted: {
    type: 'checkout.order.completed.v1',
    data: z.object({ ...order, ...customer, amounts: orderAmountsSchema, itemCount: z.int() }),
  },
  OrderCancelled: {
    type: 'checkout.order.cancelled.v1',
    data: z.object({ ...order, ...customer, ...reason, amounts: orderAmountsSchema }),
  },
} as const;
