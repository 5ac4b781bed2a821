import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  orderIdSchema,
  paymentIdSchema,
  refundIdSchema,
  reservationIdSchema,
} from '../../contracts/identifiers.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const order = {
  checkoutId: checkoutIdSchema.describe('The checkout, which is also the subject of the event.'),
  orderId: orderIdSchema.describe('The order; it carries the id of its checkout.'),
  customerId: customerIdSchema.describe('The customer who ordered.'),
};
const customer = {
  customer: z
    .object({
      name: z.string().describe('The name for the salutation.'),
      email: mailAddressSchema.describe('The address, by RFC 5321 and RFC 6531.'),
    })
    .describe('Whom to write to: what a consumer needs is in the event, none calls a service.'),
};
const reason = {
  reason: z.string().describe('A type of the failure catalogue, or `CancelledByCustomer`.'),
  message: z.string().describe('The reason, human-readable.'),
};
const payment = { paymentId: paymentIdSchema.describe('One attempt to pay: the id of the checkout and a number.') };
const reservation = { reservationId: reservationIdSchema.describe('The reservation; it carries the id of its order.') };
const amounts = { amounts: orderAmountsSchema.describe('What the order costs.') };
const pieces = z.int().refine((count) => count >= 1, 'pieces are at least 1');
const itemCount = { itemCount: pieces.describe('Pieces of all lines together.') };

export const checkoutEvents = {
  OrderPlaced: {
    type: 'checkout.order.placed.v1',
    publisher: 'checkout',
    when: 'The order is written with its prices, before anything is reserved or paid.',
    data: z.object({ ...order, ...amounts, ...itemCount }),
  },
  InventoryReserved: {
    type: 'checkout.inventory.reserved.v1',
    publisher: 'checkout',
    when: 'The stock for all lines of the order is set aside.',
    data: z.object({ ...order, ...reservation, ...itemCount }),
  },
  PaymentProcessed: {
    type: 'checkout.payment.processed.v1',
    publisher: 'checkout',
    when: 'The money is captured: the provider has it, and the books have to say so.',
    data: z.object({ ...order, ...payment, ...amounts }),
  },
  PaymentFailed: {
    type: 'checkout.payment.failed.v1',
    publisher: 'checkout',
    when: 'A payment has come to nothing for good, and the checkout ends for it.',
    data: z.object({ ...order, ...customer, ...reason, ...payment, ...amounts }),
  },
  InventoryReleased: {
    type: 'checkout.inventory.released.v1',
    publisher: 'checkout',
    when: 'The reserved stock of a cancelled checkout is for sale again.',
    data: z.object({ ...order, ...reservation }),
  },
  OrderCompleted: {
    type: 'checkout.order.completed.v1',
    publisher: 'checkout',
    when: 'The order is paid, its stock is committed, and it is in the customer’s history.',
    data: z.object({ ...order, ...customer, ...amounts, ...itemCount }),
  },
  OrderCancelled: {
    type: 'checkout.order.cancelled.v1',
    publisher: 'checkout',
    when: 'The checkout has ended without a sale, and everything it had begun is undone.',
    data: z.object({ ...order, ...customer, ...reason, ...amounts }),
  },
  OrderRefunded: {
    type: 'checkout.order.refunded.v1',
    publisher: 'refund',
    when: 'The provider has given money back for an order or a part of it; once for each refund.',
    data: z.object({
      ...order,
      ...customer,
      refundId: refundIdSchema.describe('The refund; an order may have several.'),
      ...payment,
      amounts: orderAmountsSchema.describe('What was given back: the whole order or a part of it.'),
      itemCount: pieces.describe('Pieces that were refunded.'),
      reason: z.string().describe('Why, in the words of the person who asked for it.'),
    }),
  },
} as const satisfies EventContracts;
