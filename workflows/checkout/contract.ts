import { z } from 'zod';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import {
  type CheckoutId,
  checkoutIdSchema,
  countrySchema,
  customerIdSchema,
  type OrderId,
  paymentMethodSchema,
  skuSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import type { CardPaymentState } from '../kit/card-payment/contract.ts';
import type { CommonState, ProcessResult, ProcessStatus, Reason, Waiting } from '../kit/contract.ts';
import type { OrderFacts } from '../order-facts.ts';

/** What a caller sends to place a checkout. */
export const checkoutRequestSchema = z.strictObject({
  /** Made by the caller; the same id again is the same checkout, never a second order. */
  checkoutId: checkoutIdSchema,
  customerId: customerIdSchema,
  lines: z
    .array(
      z.strictObject({
        sku: skuSchema,
        quantity: quantitySchema,
      }),
    )
    .min(1, 'the cart is empty; name at least one product')
    .max(1_000, 'a cart has at most 1,000 lines'),
  currency: currencySchema,
  /** Where it is shipped to; decides shipping and tax. */
  country: countrySchema,
  paymentMethod: paymentMethodSchema,
  /** The total that the customer saw, in minor units; another one now refuses the checkout with `PriceChanged`. */
  acceptedTotal: amountSchema.optional(),
  /** `wait`: a declined card may be replaced by another one for as long as the deadline of the order lasts. */
  onDecline: z.enum(['refuse', 'wait']).optional(),
});

export type CheckoutRequest = z.infer<typeof checkoutRequestSchema>;
export type CheckoutInput = z.input<typeof checkoutRequestSchema>;

/** Another card, after the bank has declined the one before. */
export const cardChangeSchema = z.strictObject({ paymentMethod: paymentMethodSchema });
export type CardChange = z.infer<typeof cardChangeSchema>;

/** Where a checkout stands. */
export type CheckoutState = CommonState | CardPaymentState;

export type StepName =
  | 'look up the customer and quote the cart'
  | 'place the order'
  | 'reserve the stock'
  | 'authorize the payment'
  | 'capture the payment'
  | 'fulfil the order';

/** The answer of the query `status`. */
export interface CheckoutStatus extends ProcessStatus<CheckoutState>, OrderFacts {
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
}

/**
 * The early return: given as soon as the payment is authorized, the checkout is refused, or it waits. `needs-action`: the
 * customer has something to do. `pending`: a reviewer, or the provider, has.
 */
export interface CheckoutAnswer {
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
  readonly answer: 'accepted' | 'refused' | 'cancelled' | 'needs-action' | 'pending';
  readonly amounts?: OrderAmounts | undefined;
  readonly reason?: Reason | undefined;
  readonly waitingFor?: Waiting | undefined;
  /** The hash of the request that this checkout runs with: tells a repetition from a conflict. */
  readonly contentHash: string;
}

/** How a checkout ended. */
export interface CheckoutResult extends ProcessResult, OrderFacts {
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
}
