import { ServiceFailure } from '../../contracts/failures.ts';
import type { InvoiceId } from '../../contracts/identifiers.ts';
import type { BillingClient, Invoice } from '../../services/billing/contract.ts';
import type { InvoiceResult } from './contract.ts';

/** Billing: it remembers an invoice for ever, Temporal for its retention. */
export type InvoiceMemory = Pick<BillingClient, 'findInvoice' | 'recallInvoice'>;

/** How the issue of an invoice ended as billing remembers it; `undefined` when it was not issued. */
export async function recallInvoiceResult(
  billing: Pick<InvoiceMemory, 'findInvoice'>,
  invoiceId: InvoiceId,
): Promise<InvoiceResult | undefined> {
  try {
    return issuedResult(await billing.findInvoice({ invoiceId }));
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'InvoiceNotFound') return undefined;
    throw error;
  }
}

/** The result of a process whose invoice is issued. */
export const issuedResult = ({ invoiceId, customerId, number, amounts, dueDate }: Invoice): InvoiceResult => ({
  ...{ invoiceId, customerId, number, invoiceAmounts: amounts, dueDate },
  ...{ outcome: 'completed', undone: [] },
});
