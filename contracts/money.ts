import { z } from 'zod';
import { currencies } from './currency.ts';
import { quote } from './foreign-text.ts';

/** The largest amount that one payment can carry, in minor units: eight digits, the limit of Stripe's `amount`. */
export const largestAmount = 99_999_999;

export const currencySchema = z.enum(currencies, {
  error: (issue) => `unknown currency ${quote(issue.input)}; use one of ${currencies.join(', ')}`,
});

/** An amount of money in integer minor units (cents, pence) of its currency. Never negative. */
export const amountSchema = z
  // Of the other rules each has a message of its own, also where a contract narrows them.
  .int({
    error: ({ code }) => (code === 'invalid_type' ? 'an amount is a whole number of minor units (cents)' : undefined),
  })
  .min(0, 'an amount is never negative')
  .max(largestAmount, `an amount is at most ${largestAmount} minor units`);

export const moneySchema = z.strictObject({ amount: amountSchema, currency: currencySchema });

/** Integer minor units (cents, pence) with their currency. */
export type Money = z.infer<typeof moneySchema>;

/** The largest amount that the books carry in one figure, in minor units: what no card pays, such as the salaries of a month. */
export const largestBookAmount = 10_000_000_000_000;

/** An amount as {@link amountSchema} has it, up to {@link largestBookAmount}: for what no card pays. */
export const bookAmountSchema = z
  .int({
    error: ({ code }) => (code === 'invalid_type' ? 'an amount is a whole number of minor units (cents)' : undefined),
  })
  .min(0, 'an amount is never negative')
  .max(largestBookAmount, `an amount is at most ${largestBookAmount} minor units`);
