import { z } from 'zod';
import { customerIdSchema } from '../../contracts/identifiers.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

export const customerEvents = {
  AccountBanned: {
    type: 'customers.account.banned.v1',
    publisher: 'customers',
    when: 'An account is banned; its open checkouts are cancelled.',
    data: z.object({
      customerId: customerIdSchema.describe('Whose account it is.'),
      reason: z.string().describe('Why, in the words of the person who banned the account.'),
    }),
  },
} as const satisfies EventContracts;
