import { z } from 'zod';
import { orderAmountsSchema } from './amounts.ts';
import { checkoutIdSchema, customerIdSchema, orderIdSchema, paymentIdSchema } from './identifiers.ts';
import { mailAddressSchema } from './mail-address.ts';

/** What an event about an order says, in the words and by the rules that all of them have. */
export const orderFields = {
  checkoutId: checkoutIdSchema.describe('The checkout, which is also the subject of the event.'),
  orderId: orderIdSchema.describe('The order; it carries the id of its checkout.'),
  customerId: customerIdSchema.describe('The customer who ordered.'),
};

export const customerField = {
  customer: z
    .object({
      name: z.string().describe('The name for the salutation.'),
      email: mailAddressSchema.describe('The address, by RFC 5321 and RFC 6531.'),
    })
    .describe('Whom to write to: what a consumer needs is in the event, none calls a service.'),
};

export const paymentField = {
  paymentId: paymentIdSchema.describe('One attempt to pay: the id of the checkout and a number.'),
};

export const amountsField = { amounts: orderAmountsSchema.describe('What the order costs.') };

/** Pieces, of all lines together. */
export const piecesSchema = z.int().refine((count) => count >= 1, 'pieces are at least 1');
