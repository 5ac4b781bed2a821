import { z } from 'zod';
import { quantitySchema } from '../../contracts/cart-lines.ts';
import {
  checkoutIdSchema,
  countrySchema,
  customerIdSchema,
  paymentMethodSchema,
  skuSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const cart = z.object({
  checkoutId: checkoutIdSchema.describe(
    'Made by the sender; the same id again is the same checkout, never a second order.',
  ),
  customerId: customerIdSchema.describe('The customer who orders.'),
  lines: z
    .array(z.object({ sku: skuSchema.describe('The product.'), quantity: quantitySchema.describe('Pieces.') }))
    .min(1)
    .max(1_000)
    .describe('What is bought.'),
  currency: currencySchema.describe('What is paid in.'),
  country: countrySchema.describe('Where it is shipped to; decides shipping and tax.'),
  paymentMethod: paymentMethodSchema.describe("The provider's name of the card; never a card number."),
  acceptedTotal: amountSchema
    .optional()
    .describe('The total that the customer saw, in minor units; another one refuses the checkout.'),
  onDecline: z
    .enum(['refuse', 'wait'])
    .optional()
    .describe('`wait`: a declined card may be replaced by another one until the deadline of the order.'),
});

/** The messages of others that start a checkout. */
export const inboundCheckoutEvents = {
  CheckoutRequested: {
    type: 'storefront.checkout.requested.v1',
    publisher: 'storefront',
    when: 'A customer has asked a storefront to check out; the checkout starts.',
    data: cart,
  },
  PlaceOrder: {
    type: 'checkout.place-order.v1',
    kind: 'command',
    publisher: 'storefront',
    when: 'A caller has the checkout start, and is to fail when no queue takes the command.',
    data: cart,
  },
} as const satisfies EventContracts;
