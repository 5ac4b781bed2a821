import { formatMoney } from '../../contracts/currency.ts';
import type { InvoiceFacts } from './contract.ts';

/** Stands beside the state in the Web UI: `INV-000017 · 108.00 EUR`. */
export const invoiceHeadline = ({ number, invoiceAmounts }: InvoiceFacts): string | undefined =>
  number && invoiceAmounts && `${number} · ${formatMoney(invoiceAmounts.total, invoiceAmounts.currency)}`;
