import type { Currency } from '../contracts/currency.ts';
import type { CurrencyLimits } from '../contracts/currency-limits.ts';

/** Whether a refund of so much takes two people: more than one person may give back alone. A currency that is not named has no limit. */
export const isAboveLimit = (
  { total, currency }: { readonly total: number; readonly currency: Currency },
  limits: CurrencyLimits,
) => total > (limits[currency] ?? Number.POSITIVE_INFINITY);
