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
});

export type CheckoutRequest = z.infer<typeof checkoutRequestSchema>;
export type CheckoutInput = z.input<typeof checkoutRequestSchema>;

/** Where a checkout stands. `completed`, `refused`, `cancelled` and `failed` are its ends. */
export type CheckoutState = 'running' | 'compensating' | 'completed' | 'refused' | 'cancelled' | 'failed';

export type StepName =
  | 'look up the customer and quote the cart'
  | 'place the order'
  | 'reserve the stock'
  | 'authorize the payment'
  | 'capture the payment'
  | 'fulfil the order';

export interface StepStatus {
  readonly name: string;
  readonly state: 'running' | 'done' | 'refused' | 'undone';
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** Why a checkout did not complete. */
export interface CheckoutReason {
  /** A type of the failure catalogue, or `CancelledByCustomer`. */
  readonly type: string;
  /** For people. */
  readonly message: string;
  /** The field of the request that is at fault. */
  readonly field?: string | undefined;
  readonly facts?: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** The answer of the query `status`. */
export interface CheckoutStatus {
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
  readonly state: CheckoutState;
  readonly steps: readonly StepStatus[];
  readonly amounts?: OrderAmounts | undefined;
  readonly reason?: CheckoutReason | undefined;
  /** What was undone, in the order in which it was. */
  readonly undone: readonly string[];
  /** What it waits for, when it waits for somebody. */
  readonly waitingFor?: string | undefined;
}

/** The early answer, given as soon as the payment is authorized or the checkout is refused. */
export interface CheckoutAnswer {
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
  readonly answer: 'accepted' | 'refused' | 'cancelled';
  readonly amounts?: OrderAmounts | undefined;
  readonly reason?: CheckoutReason | undefined;
  /** The hash of the request that this checkout runs with: tells a repetition from a conflict. */
  readonly contentHash: string;
}

/** How a checkout ended. */
export interface CheckoutResult {
  readonly checkoutId: CheckoutId;
  readonly orderId: OrderId;
  readonly outcome: 'completed' | 'refused' | 'cancelled' | 'failed';
  readonly amounts?: OrderAmounts | undefined;
  readonly reason?: CheckoutReason | undefined;
  readonly undone: readonly string[];
}
