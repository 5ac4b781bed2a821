import { z } from 'zod';
import { amountSchema, currencySchema } from './money.ts';

/**
 * What an order costs, in minor units of its currency: `total = goods - discount + shipping + tax`. Goods, discount and
 * shipping are net of tax.
 */
export const orderAmountsSchema = z
  .strictObject({
    currency: currencySchema.describe('ISO 4217; all amounts are in its minor units.'),
    goods: amountSchema.describe('Goods before the discount, net of tax, in minor units.'),
    discount: amountSchema.describe('Taken off the goods, net of tax, in minor units.'),
    shipping: amountSchema.describe('Shipping, net of tax, in minor units.'),
    tax: amountSchema.describe('Tax on goods and shipping, in minor units.'),
    total: amountSchema.describe('`goods - discount + shipping + tax`, in minor units.'),
  })
  .refine(({ goods, discount, shipping, tax, total }) => total === goods - discount + shipping + tax, {
    path: ['total'],
    error: 'a total is goods - discount + shipping + tax',
  })
  .refine(({ goods, discount }) => discount <= goods, {
    path: ['discount'],
    error: 'a discount is at most the goods that it is taken off',
  });

export type OrderAmounts = z.infer<typeof orderAmountsSchema>;
