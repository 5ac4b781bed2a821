import { formatMoney } from '../../contracts/currency.ts';
import type { PurchaseOrderFacts } from './contract.ts';

/** Stands beside the state in the Web UI: `PO-000017 · 40,000.00 EUR`. */
export const purchaseOrderHeadline = ({ number, total, currency }: Partial<PurchaseOrderFacts>): string | undefined =>
  number && total !== undefined && currency ? `${number} · ${formatMoney(total, currency)}` : undefined;
