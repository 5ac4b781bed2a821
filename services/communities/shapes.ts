import { z } from 'zod';
import { dateSchema, timeZoneSchema } from '../../contracts/calendar.ts';
import { communityIdSchema, customerIdSchema } from '../../contracts/identifiers.ts';
import { taxRateSchema } from '../../contracts/invoice-amounts.ts';
import { mailAddressSchema } from '../../contracts/mail-address.ts';
import { amountSchema, currencySchema } from '../../contracts/money.ts';
import { atMost } from '../../contracts/texts.ts';

/** Who looks after a community: they are told how its month was invoiced. */
const managerSchema = z.strictObject({
  name: atMost(z.string().trim().min(1, 'name the manager'), 200, 'a name has at most 200 characters'),
  email: mailAddressSchema,
});

const dayOfMonth = (last: number, what: string) =>
  z.int(`${what} is a whole number`).min(1, `${what} is at least 1`).max(last, `${what} is at most ${last}`);

export const communitySchema = z.strictObject({
  communityId: communityIdSchema,
  timeZone: timeZoneSchema.describe('Where its days begin.'),
  billingDay: dayOfMonth(28, 'a billing day').describe('The day of the month on which it is invoiced.'),
  dueDay: dayOfMonth(31, 'a due day').describe(
    'The day on which its invoices are due; the last one of a shorter month.',
  ),
  manager: managerSchema,
});

export type Community = z.infer<typeof communitySchema>;

/** What a resident owes each month, net of tax. */
const chargeSchema = z.strictObject({
  description: atMost(z.string().trim().min(1, 'say what it is for'), 200, 'a description has at most 200 characters'),
  unitPrice: amountSchema.describe('A month, net of tax, in minor units.'),
  taxRate: taxRateSchema.describe('In basis points: 1900 is 19 %.'),
  currency: currencySchema,
});

export const residentSchema = z.strictObject({
  customerId: customerIdSchema,
  movedIn: dateSchema,
  movedOut: dateSchema
    .optional()
    .describe('The first day on which they do not live there any more; absent while they do.'),
  charges: z.array(chargeSchema).max(100, 'a resident has at most 100 charges').describe('None: nothing is invoiced.'),
});

/** A resident as they are imported. */
export const importedResidentSchema = residentSchema.refine(
  ({ movedIn, movedOut }) => movedOut === undefined || movedOut >= movedIn,
  { path: ['movedOut'], error: 'residents move out no earlier than they move in' },
);

export type Resident = z.infer<typeof residentSchema>;
