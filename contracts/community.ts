import { z } from 'zod';
import { taxRateSchema } from './invoice-amounts.ts';
import { mailAddressSchema } from './mail-address.ts';
import { amountSchema, currencySchema } from './money.ts';
import { atMost } from './texts.ts';

const dayOfMonthSchema = (last: number, what: string) =>
  z.int(`${what} is a whole number`).min(1, `${what} is at least 1`).max(last, `${what} is at most ${last}`);

/** The day of the month on which a community is invoiced: one that every month has. */
export const billingDaySchema = dayOfMonthSchema(28, 'a billing day');

/** The day of the month on which its invoices are due; the last one of a shorter month. */
export const dueDaySchema = dayOfMonthSchema(31, 'a due day');

/** Who looks after a community: they are told how its month was invoiced. */
export const managerSchema = z.strictObject({
  name: atMost(z.string().trim().min(1, 'name the manager'), 200, 'a name has at most 200 characters'),
  email: mailAddressSchema,
});

/** What a resident owes each month, net of tax. */
const chargeSchema = z.strictObject({
  description: atMost(z.string().trim().min(1, 'say what it is for'), 200, 'a description has at most 200 characters'),
  unitPrice: amountSchema.describe('A month, net of tax, in minor units.'),
  taxRate: taxRateSchema.describe('In basis points: 1900 is 19 %.'),
  currency: currencySchema,
});

/** Every month; none: nothing is invoiced. */
export const chargesSchema = z.array(chargeSchema).max(100, 'a resident has at most 100 charges');
