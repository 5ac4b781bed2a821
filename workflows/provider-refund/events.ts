import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import { refundIdSchema } from '../../contracts/identifiers.ts';
import { customerField, orderFields, paymentField } from '../../contracts/order-fields.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

/** What is published of a refund that was made at the provider. */
export const providerRefundEvents = {
  ProviderRefunded: {
    type: 'provider.payment.refunded.v1',
    publisher: 'provider-refund',
    when: 'Money was given back at the payment provider without us; once for each of its refunds.',
    data: z.object({
      ...orderFields,
      ...paymentField,
      ...customerField,
      refundId: refundIdSchema.describe("The provider's id of the refund: `re_…`."),
      amounts: orderAmountsSchema.describe('What was given back, divided in proportion of what the order had left.'),
    }),
  },
} as const satisfies EventContracts;
