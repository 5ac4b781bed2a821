import type { Currency } from '../../contracts/currency.ts';
import type { AccountBalance } from './contract.ts';

interface Total {
  readonly currency: Currency;
  readonly debits: number;
  readonly credits: number;
}

/** Debits and credits of each currency, over all accounts. */
export function totalsOf(balances: readonly AccountBalance[]): Total[] {
  return [...Map.groupBy(balances, ({ currency }) => currency)].map(([currency, group]) => ({
    currency,
    debits: group.reduce((sum, { debits }) => sum + debits, 0),
    credits: group.reduce((sum, { credits }) => sum + credits, 0),
  }));
}
