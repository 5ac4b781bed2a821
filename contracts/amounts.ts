import { z } from 'zod';
import { amountSchema, currencySchema } from './money.ts';

/**
 * What an order costs, in minor units of its currency: `total = goods - discount + shipping + tax`. Goods, discount and
 * shipping are net of tax.
 */
export const orderAmountsSchema = z
  .strictObject({
    currency: currencySchema,
    goods: amountSchema,
    discount: amountSchema,
    shipping: amountSchema,
    tax: amountSchema,
    total: amountSchema,
  })
  .refine(({ goods, discount, shipping, tax, total }) => total === goods - discount + shipping + tax, {
    path: ['total'],
    error: 'a total is goods - discount + shipping + tax',
  });

export type OrderAmounts = z.infer<typeof orderAmountsSchema>;
