import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { refundIdSchema } from '../../contracts/identifiers.ts';
import { customerField, orderFields, paymentField, piecesSchema } from '../../contracts/order-fields.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

/** What a refund publishes. */
export const refundEvents = {
  OrderRefunded: {
    type: 'checkout.order.refunded.v1',
    publisher: 'refund',
    when: 'The provider has given money back for an order or a part of it; once for each refund.',
    data: z.object({
      ...orderFields,
      ...customerField,
      refundId: refundIdSchema.describe('The refund; an order may have several.'),
      ...paymentField,
      amounts: orderAmountsSchema.describe('What was given back: the whole order or a part of it.'),
      itemCount: piecesSchema.describe('Pieces that were refunded.'),
      reason: z.string().describe('Why, in the words of the person who asked for it.'),
    }),
  },
} as const satisfies EventContracts;
