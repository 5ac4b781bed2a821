import { ServiceFailure } from '../../contracts/failures.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { refusals } from '../../contracts/refusals.ts';
import { type InvoiceTotals, totalsOf } from './invoice-totals.ts';
import type { InvoicedResident, RunFailure } from './invoicing-shapes.ts';
import type { Invoice, InvoiceLine } from './shapes.ts';

/** What an invoice of a resident is made of, before it has a number and dates. */
export interface ResidentInvoice extends Pick<Invoice, 'customerId' | 'contact'> {
  readonly currency: Invoice['amounts']['currency'];
  readonly lines: readonly InvoiceLine[];
  readonly totals: InvoiceTotals;
}

/** What is to be done about a resident who has no invoice of the month. */
export type ResidentDraft =
  | { readonly outcome: 'created'; readonly invoice: ResidentInvoice }
  | { readonly outcome: 'nothing-to-charge' }
  | { readonly outcome: 'failed'; readonly reason: RunFailure['reason'] };

/**
 * Decides about a resident: what cannot be invoiced is an answer, too, as it must not hold up the others.
 *
 * @param contact whom the invoice is written to; absent when no account of that id is known
 */
export function draftOf(resident: InvoicedResident, contact: Invoice['contact'] | undefined): ResidentDraft {
  if (resident.charges.every(({ unitPrice }) => unitPrice === 0)) return { outcome: 'nothing-to-charge' };
  try {
    return { outcome: 'created', invoice: invoiceOf(resident, contact) };
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    return { outcome: 'failed', reason: { type: error.type, message: error.message } };
  }
}

/** @throws {ServiceFailure} `CustomerNotFound`; `CurrencyMismatch`; `InvalidRequest` when the charges are too much */
function invoiceOf(
  { customerId, charges }: InvoicedResident,
  contact: Invoice['contact'] | undefined,
): ResidentInvoice {
  if (!contact) throw new ServiceFailure(refusals.CustomerNotFound, `there is no customer ${customerId}`);
  const [currency, ...others] = new Set(charges.map((charge) => charge.currency));
  if (!currency || others.length > 0) {
    throw new ServiceFailure(
      invoiceRefusals.CurrencyMismatch,
      `the charges are in ${[currency, ...others].join(' and ')}; an invoice has one currency`,
    );
  }
  const lines = charges.map(({ description, unitPrice, taxRate }) => ({
    description,
    quantity: 1,
    unitPrice,
    taxRate,
  }));
  return { customerId, contact, currency, lines, totals: totalsOf(lines, currency) };
}
