import type { OrderAmounts } from '../contracts/amounts.ts';
import { formatMoney } from '../contracts/currency.ts';

/** What the processes of an order tell beside what every process does. */
export interface OrderFacts {
  readonly amounts?: OrderAmounts | undefined;
}

/** Stands beside the state in the Web UI. */
export const orderHeadline = ({ amounts }: OrderFacts): string | undefined =>
  amounts && formatMoney(amounts.total, amounts.currency);
