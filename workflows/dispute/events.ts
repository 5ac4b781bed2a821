import { z } from 'zod';
import { instantSchema } from '../../contracts/instants.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import { orderFields, paymentField } from '../../contracts/order-fields.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const dispute = {
  ...orderFields,
  ...paymentField,
  disputeId: z.string().describe("The provider's id of the dispute: `dp_…`."),
  currency: currencySchema.describe('ISO 4217; all amounts are in its minor units.'),
  amount: amountSchema.describe('What the customer takes back, in minor units.'),
};

/** What is published of a dispute. */
export const disputeEvents = {
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
