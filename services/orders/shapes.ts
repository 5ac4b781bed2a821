import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  orderIdSchema,
  paymentIdSchema,
  recordedInstantSchema,
  refundIdSchema,
  skuSchema,
} from '../../contracts/identifiers.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { amountSchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';

export const orderLineSchema = z.strictObject({
  sku: skuSchema,
  quantity: z.int().min(1),
  /** Minor units, net of tax, for one piece. */
  unitPrice: amountSchema,
});

/** What the lines cost, in minor units; a product may be larger than a number holds exactly. */
export const goodsOf = (lines: readonly z.infer<typeof orderLineSchema>[]): bigint =>
  lines.reduce((sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice), 0n);

/** A cancelled refund takes and gives nothing. */
const refundStates = z.enum(['requested', 'completed', 'cancelled']);

const longestType = 200;
/** Characters of the message of a cancellation. */
export const longestMessage = 1_000;

/** Why an order or a refund came to nothing, as the process that cancelled it said. */
export const cancellationSchema = z.strictObject({
  /** A type of the failure catalogue. */
  type: atMost(z.string().min(1), longestType, 'a type has at most 200 characters'),
  message: atMost(z.string(), longestMessage, 'a message has at most 1,000 characters'),
  field: atMost(z.string(), longestType, 'a field has at most 200 characters').optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** What the process had recorded by then, in its order: a later run tells it again, under the same event ids. */
  recorded: z
    .strictObject({
      milestones: z.array(z.string().min(1).max(100)).max(20),
      /** The payment that came to nothing. */
      failedPaymentId: paymentIdSchema.optional(),
    })
    .optional(),
});

export type Cancellation = z.infer<typeof cancellationSchema>;

/** Tells the same request from another one under its id, for as long as the order exists. */
export const requestHashSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a hash is the SHA-256 of the request, in hexadecimal');

/** Whom to write to about the order: as they were called when they ordered. */
export const contactSchema = z.strictObject({
  name: atMost(z.string().min(1), 200, 'a name has at most 200 characters'),
  email: mailAddressSchema,
});

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
  requestedAt: recordedInstantSchema,
});

export const orderSchema = z.object({
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
  placedAt: recordedInstantSchema,
  /** When it was completed or cancelled. */
  endedAt: recordedInstantSchema.optional(),
  /** Absent for an order of a release that did not keep it. */
  contact: contactSchema.optional(),
});

export type Order = z.infer<typeof orderSchema>;

export const orderStateSchema = z.object({
  orderId: orderIdSchema,
  state: z.enum(['pending', 'completed', 'cancelled']),
  /** Whether it was ever placed; false for a cancellation that came before its order. */
  wasPlaced: z.boolean(),
});

export type OrderState = z.infer<typeof orderStateSchema>;

export const publicationSchema = z.object({
  /** When the facts were first published; absent for what has not ended. */
  publishedAt: recordedInstantSchema.optional(),
});

export type Publication = z.infer<typeof publicationSchema>;

/** What is known of an order's id, whatever became of it. */
export const recalledOrderSchema = z.object({
  orderId: orderIdSchema,
  /** `unknown`: there never was one. */
  state: z.enum(['unknown', 'pending', 'completed', 'cancelled']),
  /** Of the request that it was placed with; absent where that is not known. */
  requestHash: requestHashSchema.optional(),
  /** Of a cancelled one. */
  cancellation: cancellationSchema.optional(),
  /** Absent for an order that was never placed. */
  order: orderSchema.optional(),
});

export type RecalledOrder = z.infer<typeof recalledOrderSchema>;

export const orderRefundSchema = refundSchema.omit({ reason: true, requestedAt: true }).extend({
  orderId: orderIdSchema,
  checkoutId: checkoutIdSchema,
  customerId: customerIdSchema,
  paymentId: paymentIdSchema,
});

/** A refund with what is needed of its order to carry it out. */
export type OrderRefund = z.infer<typeof orderRefundSchema>;

export const refundStateSchema = z.object({
  refundId: refundIdSchema,
  orderId: orderIdSchema,
  state: refundStates,
  /** Whether it was ever requested; false for a cancellation that came before its refund. */
  wasRequested: z.boolean(),
});

export type RefundState = z.infer<typeof refundStateSchema>;

/** What is known of a refund's id, whatever became of it. */
export const recalledRefundSchema = z.object({
  refundId: refundIdSchema,
  /** `unknown`: it was never requested. */
  state: z.enum(['unknown', ...refundStates.options]),
  /** Absent for an unknown one. */
  orderId: orderIdSchema.optional(),
  requestHash: requestHashSchema.optional(),
  /** What it gives back; absent for one that was never requested. */
  amounts: orderAmountsSchema.optional(),
  cancellation: cancellationSchema.optional(),
  /** What the process was asked for. */
  request: z.record(z.string(), z.unknown()).optional(),
});

export type RecalledRefund = z.infer<typeof recalledRefundSchema>;
