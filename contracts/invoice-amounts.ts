import { z } from 'zod';
import { amountSchema, currencySchema } from './money.ts';

/** What an invoice asks for, in minor units of its currency: `total = net + tax`. */
export const invoiceAmountsSchema = z
  .strictObject({
    currency: currencySchema.describe('ISO 4217; all amounts are in its minor units.'),
    net: amountSchema.describe('All lines, net of tax, in minor units.'),
    tax: amountSchema.describe('Tax, rounded once for each rate, in minor units.'),
    total: amountSchema.describe('`net + tax`, in minor units.'),
  })
  .refine(({ net, tax, total }) => total === net + tax, { path: ['total'], error: 'a total is net + tax' });

export type InvoiceAmounts = z.infer<typeof invoiceAmountsSchema>;

/** A rate of tax in basis points: 800 is 8 %. */
export const taxRateSchema = z
  .int('a tax rate is a whole number of basis points: 1900 is 19 %')
  .min(0, 'a tax rate is at least 0')
  .max(10_000, 'a tax rate is at most 10000 basis points, which is 100 %');
