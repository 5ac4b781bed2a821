import { z } from 'zod';
import { type Currency, currencies } from '../contracts/currency.ts';

/** The most, in minor units, that one person may give back alone, by currency; one that is not named has no limit. */
export type RefundLimits = Readonly<Partial<Record<Currency, number>>>;

const rule = `name currencies with amounts in minor units, such as USD=50000,EUR=45000; currencies are ${currencies.join(', ')}`;

/** Whether a refund of so much takes two people. */
export const isAboveLimit = (
  { total, currency }: { readonly total: number; readonly currency: Currency },
  limits: RefundLimits,
) => total > (limits[currency] ?? Number.POSITIVE_INFINITY);

/** `USD=50000,EUR=45000`, as a variable has it. */
export const refundLimitsSchema = z
  .string()
  .default('')
  .transform((text, context): RefundLimits => {
    const limits: Partial<Record<Currency, number>> = {};
    for (const entry of text.split(',').filter((each) => each.trim() !== '')) {
      const [, currency = '', amount] = /^\s*([A-Z]{3})=(\d{1,10})\s*$/.exec(entry) ?? [];
      if (!isCurrency(currency) || limits[currency] !== undefined) {
        context.addIssue({ code: 'custom', message: rule });
        return z.NEVER;
      }
      limits[currency] = Number(amount);
    }
    return limits;
  });

const isCurrency = (text: string): text is Currency => (currencies as readonly string[]).includes(text);
