import { z } from 'zod';
import { reservationIdSchema } from '../../contracts/identifiers.ts';
import { amountsField, customerField, orderFields, paymentField, piecesSchema } from '../../contracts/order-fields.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const reason = {
  reason: z.string().describe('A type of the failure catalogue, or `CancelledByCustomer`.'),
  message: z.string().describe('The reason, human-readable.'),
};
const reservation = { reservationId: reservationIdSchema.describe('The reservation; it carries the id of its order.') };
const itemCount = { itemCount: piecesSchema.describe('Pieces of all lines together.') };

/** What a checkout publishes. */
export const checkoutEvents = {
  OrderPlaced: {
    type: 'checkout.order.placed.v1',
    publisher: 'checkout',
    when: 'The order is written with its prices, before anything is reserved or paid.',
    data: z.object({ ...orderFields, ...amountsField, ...itemCount }),
  },
  InventoryReserved: {
    type: 'checkout.inventory.reserved.v1',
    publisher: 'checkout',
    when: 'The stock for all lines of the order is set aside.',
    data: z.object({ ...orderFields, ...reservation, ...itemCount }),
  },
  PaymentProcessed: {
    type: 'checkout.payment.processed.v1',
    publisher: 'checkout',
    when: 'The money is captured: the provider has it, and the books have to say so.',
    data: z.object({ ...orderFields, ...paymentField, ...amountsField }),
  },
  PaymentFailed: {
    type: 'checkout.payment.failed.v1',
    publisher: 'checkout',
    when: 'A payment has come to nothing for good, and the checkout ends for it.',
    data: z.object({ ...orderFields, ...customerField, ...reason, ...paymentField, ...amountsField }),
  },
  InventoryReleased: {
    type: 'checkout.inventory.released.v1',
    publisher: 'checkout',
    when: 'The reserved stock of a cancelled checkout is for sale again.',
    data: z.object({ ...orderFields, ...reservation }),
  },
  OrderCompleted: {
    type: 'checkout.order.completed.v1',
    publisher: 'checkout',
    when: 'The order is paid, its stock is committed, and it is in the customer’s history.',
    data: z.object({ ...orderFields, ...customerField, ...amountsField, ...itemCount }),
  },
  OrderCancelled: {
    type: 'checkout.order.cancelled.v1',
    publisher: 'checkout',
    when: 'The checkout has ended without a sale, and everything it had begun is undone.',
    data: z.object({ ...orderFields, ...customerField, ...reason, ...amountsField }),
  },
} as const satisfies EventContracts;
