import { formatMoney } from '../../contracts/currency.ts';
import type { BillFacts } from './contract.ts';

/** Stands beside the state in the Web UI: `R-2026/118 · 40,000.00 EUR`. */
export const billHeadline = ({ number, total, currency }: Partial<BillFacts>): string | undefined =>
  number && total !== undefined && currency ? `${number} · ${formatMoney(total, currency)}` : undefined;
