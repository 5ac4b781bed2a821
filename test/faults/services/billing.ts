import { ServiceFailure } from '../../../contracts/failures.ts';
import { invoiceRefusals } from '../../../contracts/invoice-refusals.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { billingContract, Invoice } from '../../../services/billing/contract.ts';
import { totalsOf } from '../../../services/billing/invoice-totals.ts';
import { FakeInvoicing } from './invoicing.ts';

type Operations = typeof billingContract.operations;
type Draft = InputOf<Operations['issueInvoice']>;
type Content = InputOf<Operations['recallInvoice']>;

const issued = '2026-01-31';

/** The billing service in memory. */
export class FakeBilling extends FakeInvoicing {
  readonly invoices = new Map<string, { readonly hash: string; readonly invoice: Invoice }>();

  recallInvoice(content: Content): { invoice?: Invoice } {
    const known = this.invoices.get(content.invoiceId);
    if (!known) return {};
    if (known.hash !== contentHash(content)) {
      throw new ServiceFailure('IdempotencyConflict', `${content.invoiceId} was issued with other content`);
    }
    return { invoice: known.invoice };
  }

  issueInvoice({ contact, ...content }: Draft): Invoice {
    const { invoice: known } = this.recallInvoice(content as Content);
    if (known) return known;
    const { taxes, ...amounts } = totalsOf(content.lines as never, content.currency);
    const invoice = {
      ...content,
      contact,
      number: `INV-${String(this.invoices.size + 1).padStart(6, '0')}`,
      state: 'open',
      amounts: { currency: content.currency, ...amounts },
      open: amounts.total,
      taxes: [...taxes],
      timeZone: 'UTC',
      issueDate: issued,
      dueDate: issued,
      issuedAt: `${issued}T12:00:00.000Z`,
    } as unknown as Invoice;
    this.invoices.set(content.invoiceId, { hash: contentHash(content), invoice });
    return invoice;
  }

  findInvoice({ invoiceId }: { readonly invoiceId: string }): Invoice {
    const known = this.invoices.get(invoiceId);
    if (!known) throw new ServiceFailure(invoiceRefusals.InvoiceNotFound, `there is no invoice ${invoiceId}`);
    return known.invoice;
  }
}
