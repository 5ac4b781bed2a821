import { z } from 'zod';
import { orderAmountsSchema } from '../../contracts/amounts.ts';
import {
  checkoutIdSchema,
  customerIdSchema,
  instantSchema,
  orderIdSchema,
  paymentIdSchema,
  refundIdSchema,
} from '../../contracts/identifiers.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const order = {
  checkoutId: checkoutIdSchema.describe('The checkout, which is also the subject of the event.'),
  orderId: orderIdSchema.describe('The order; it carries the id of its checkout.'),
  customerId: customerIdSchema.describe('The customer who ordered.'),
  paymentId: paymentIdSchema.describe('The payment of the order.'),
};

const dispute = {
  ...order,
  disputeId: z.string().describe("The provider's id of the dispute: `dp_…`."),
  currency: currencySchema.describe('ISO 4217; all amounts are in its minor units.'),
  amount: amountSchema.describe('What the customer takes back, in minor units.'),
};

export const providerEvents = {
  ProviderRefunded: {
    type: 'provider.payment.refunded.v1',
    publisher: 'provider-refund',
    when: 'Money was given back at the payment provider without us; once for each of its refunds.',
    data: z.object({
      ...order,
      customer: z
        .object({
          name: z.string().describe('The name for the salutation.'),
          email: z.email().describe('The address.'),
        })
        .describe('Whom to write to: what a consumer needs is in the event, none calls a service.'),
      refundId: refundIdSchema.describe("The provider's id of the refund: `re_…`."),
      amounts: orderAmountsSchema.describe('What was given back, divided in proportion of what the order had left.'),
    }),
  },
  DisputeOpened: {
    type: 'provider.dispute.opened.v1',
    publisher: 'dispute',
    when: 'A customer disputes a payment at the bank, and the provider has withdrawn the money and its fee.',
    data: z.object({
      ...dispute,
      fee: amountSchema.describe('What the provider charges for the dispute, in minor units.'),
      reason: z.string().describe('In the words of the provider: `fraudulent`.'),
      respondBy: instantSchema.optional().describe('Until when the shop may answer.'),
    }),
  },
  DisputeClosed: {
    type: 'provider.dispute.closed.v1',
    publisher: 'dispute',
    when: 'The bank has decided about a dispute whose money was withdrawn.',
    data: z.object({
      ...dispute,
      outcome: z.enum(['won', 'lost']).describe('`won`: the money has come back. `lost`: it stays with the customer.'),
      feeReturned: amountSchema.describe('What came back of the fee, in minor units.'),
    }),
  },
} as const satisfies EventContracts;
