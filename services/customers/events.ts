import { z } from 'zod';
import { customerIdSchema } from '../../contracts/identifiers.ts';
import type { EventContracts } from '../../messaging/envelope/contracts.ts';

const customerId = customerIdSchema.describe('Whose account it is.');

/** Each event has the whole account, so that who keeps a copy of it needs none of the earlier ones. */
const account = {
  version: z
    .int()
    .min(1)
    .describe('Counts the changes of the account: of two events the one with more is the newer one.'),
  name: z.string().describe('The name of the customer.'),
  // Rows from before a rule have to be publishable, too.
  email: z.string().describe('The mail address.'),
  country: z.string().describe('Where the customer lives: ISO 3166-1 alpha-2.'),
};

const accountWithStatus = {
  customerId,
  ...account,
  status: z.string().describe('`active` or `banned`. Others may come.'),
};

export const customerEvents = {
  UserCreated: {
    type: 'customers.user.created.v1',
    publisher: 'customers',
    when: 'A customer is new.',
    data: z.object(accountWithStatus),
  },
  UserChanged: {
    type: 'customers.user.changed.v1',
    publisher: 'customers',
    when: 'An import has changed a customer, or the account is published again as it stands.',
    data: z.object(accountWithStatus),
  },
  AccountBanned: {
    type: 'customers.account.banned.v1',
    publisher: 'customers',
    when: 'An account is banned; its open checkouts and payments of invoices are cancelled.',
    data: z.object({
      customerId,
      reason: z.string().describe('Why, in the words of the person who banned the account.'),
      version: account.version.optional(),
      name: account.name.optional(),
      email: account.email.optional(),
      country: account.country.optional(),
    }),
  },
  AccountUnbanned: {
    type: 'customers.account.unbanned.v1',
    publisher: 'customers',
    when: 'The ban of an account is lifted.',
    data: z.object({
      customerId,
      reason: z.string().describe('Why, in the words of the person who lifted the ban.'),
      ...account,
    }),
  },
  CustomerErased: {
    type: 'customers.customer.erased.v1',
    publisher: 'customers',
    when: 'A person is erased: who keeps their name or address erases it as well.',
    data: z.object({ customerId, version: account.version, country: account.country }),
  },
} as const satisfies EventContracts;
