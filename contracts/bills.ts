import { z } from 'zod';
import { bookAmountSchema, currencySchema } from './money.ts';
import { atMost } from './texts.ts';

/**
 * The number of a bill without what two writings of it differ in: case, blanks and punctuation. `R-2026/118` and `r 2026 118`
 * are one.
 */
export const normalisedBillNumber = (number: string): string =>
  number
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** The number that a vendor has given to a bill. */
export const billNumberSchema = atMost(
  z
    .string()
    .trim()
    .refine((number) => normalisedBillNumber(number) !== '', 'a number of a bill has a letter or a digit'),
  100,
  'a number of a bill has at most 100 characters',
);

/** What a bill asks for, in minor units of its currency: `total = net + tax`. */
export const billAmountsSchema = z
  .strictObject({
    currency: currencySchema.describe('ISO 4217; all amounts are in its minor units.'),
    net: bookAmountSchema.describe('All lines, net of tax, in minor units.'),
    tax: bookAmountSchema.describe('Tax, in minor units.'),
    total: bookAmountSchema.describe('`net + tax`, in minor units.'),
  })
  .refine(({ net, tax, total }) => total === net + tax, { path: ['total'], error: 'a total is net + tax' });
