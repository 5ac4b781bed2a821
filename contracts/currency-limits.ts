import { z } from 'zod';
import { type Currency, currencies } from './currency.ts';

/** Amounts in minor units, by currency. */
export type CurrencyLimits = Readonly<Partial<Record<Currency, number>>>;

const rule = `name currencies with amounts in minor units, such as USD=50000,EUR=45000; currencies are ${currencies.join(', ')}`;

/** `USD=50000,EUR=45000`, as a variable has it. */
export const currencyLimitsSchema = z
  .string()
  .default('')
  .transform((text, context): CurrencyLimits => {
    const limits: Partial<Record<Currency, number>> = {};
    for (const entry of text.split(',').filter((each) => each.trim() !== '')) {
      const [, currency = '', amount] = /^\s*([A-Z]{3})=(\d{1,13})\s*$/.exec(entry) ?? [];
      if (!isCurrency(currency) || limits[currency] !== undefined) {
        context.addIssue({ code: 'custom', message: rule });
        return z.NEVER;
      }
      limits[currency] = Number(amount);
    }
    return limits;
  });

const isCurrency = (text: string): text is Currency => (currencies as readonly string[]).includes(text);
