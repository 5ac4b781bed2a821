import { z } from 'zod';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import { type OrderId, orderIdSchema, type RefundId, refundIdSchema, skuSchema } from '../../contracts/identifiers.ts';
import { atMost } from '../../contracts/texts.ts';
import { actorSchema, type CommonState, type ProcessResult, type ProcessStatus } from '../kit/contract.ts';
import type { OrderFacts } from '../order-facts.ts';

/** What a caller sends to give a completed order, or a part of it, back. */
export const refundRequestSchema = z.strictObject({
  /** Made by the caller; the same id again is the same refund, and gives nothing back twice. */
  refundId: refundIdSchema,
  orderId: orderIdSchema,
  /** Absent: all that is left of the order. */
  lines: z
    .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
    .min(1, 'name at least one product, or leave the lines out to refund all that is left')
    .max(1_000, 'a refund has at most 1,000 lines')
    .optional(),
  /** For the customer, who is told. */
  reason: atMost(z.string().trim().min(1, 'say why'), 200, 'a reason has at most 200 characters'),
  /** Whether the goods come back on the shelf; they do unless it is false. */
  restock: z.boolean().optional(),
  /** Who asks for it, and cannot approve it as a second person; no part of what makes it another request. */
  requestedBy: actorSchema.optional(),
});

export type RefundRequest = z.infer<typeof refundRequestSchema>;
export type RefundInput = z.input<typeof refundRequestSchema>;

/** What a refund is about: another person who asks for the same asks for the same refund. */
export const contentOf = ({ requestedBy: _, ...content }: RefundRequest): Omit<RefundRequest, 'requestedBy'> => content;

/** Where a refund stands. */
export type RefundState = CommonState;

/** The answer of the query `status`. */
export interface RefundStatus extends ProcessStatus<RefundState>, OrderFacts {
  readonly refundId: RefundId;
  readonly orderId: OrderId;
}

/** How a refund ended; its amounts are what was given back. */
export interface RefundResult extends ProcessResult, OrderFacts {
  readonly refundId: RefundId;
  readonly orderId: OrderId;
}
