import { ServiceFailure } from '../../../contracts/failures.ts';
import { invoiceRefusals } from '../../../contracts/invoice-refusals.ts';
import type { IntegrationEvent } from '../../../events/integration-event.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import { creationOf, mailCommandOf } from '../../../services/billing/announcement.ts';
import type { billingContract, Invoice } from '../../../services/billing/contract.ts';
import type { InvoiceTotals } from '../../../services/billing/invoice-totals.ts';
import { totalsOf } from '../../../services/billing/invoice-totals.ts';
import { hashOfContent, invoiceNumber } from '../../../services/billing/store.ts';

type Operations = typeof billingContract.operations;
type Draft = InputOf<Operations['issueInvoice']>;
type Content = InputOf<Operations['recallInvoice']>;

/** An invoice as it was issued, and what has become of it since: minor units. */
export interface InvoiceRow {
  readonly hash: string;
  readonly issued: Omit<Invoice, 'state' | 'open' | 'held'>;
  allocated: number;
  creditApplied: number;
  credited: number;
  /** What all credit notes have taken back, paid or not, and the tax of it. */
  noted: number;
  notedTax: number;
}

const issuedOn = '2026-01-31';

/** When everything happens: the order of what happens is that of the calls. */
export const happenedAt = `${issuedOn}T12:00:00.000Z`;

/** What is still to be paid of an invoice. */
export const openOf = ({ issued, allocated, creditApplied, credited }: InvoiceRow): number =>
  issued.amounts.total - allocated - creditApplied - credited;

/** The invoices of billing in memory. */
export class FakeInvoices {
  readonly invoices = new Map<string, InvoiceRow>();
  /** Whether billing's copy of the accounts says that the customer is banned. */
  isHeld = false;
  /** What billing's outbox publishes. */
  protected readonly publish: (events: readonly IntegrationEvent[]) => void;

  constructor(publish: (events: readonly IntegrationEvent[]) => void) {
    this.publish = publish;
  }

  recallInvoice(content: Content): { invoice?: Invoice } {
    const row = this.invoices.get(content.invoiceId);
    if (!row) return {};
    if (row.hash !== hashOf(content)) {
      throw new ServiceFailure('IdempotencyConflict', `${content.invoiceId} was issued with other content`);
    }
    return { invoice: this.findInvoice(content) };
  }

  issueInvoice(draft: Draft): Invoice {
    const { invoice: known } = this.recallInvoice(draft);
    if (known) return known;
    return this.issue(draft, hashOf(draft), totalsOf(draft.lines as never, draft.currency));
  }

  findInvoice({ invoiceId }: { readonly invoiceId: string }): Invoice {
    const row = this.rowOf(invoiceId);
    const open = openOf(row);
    const paid = row.allocated + row.creditApplied;
    const ended = paid > 0 ? 'paid' : 'credited';
    const state = open === 0 ? ended : paid > 0 ? 'partly-paid' : 'open';
    return { ...row.issued, state, open, held: open > 0 && this.isHeld };
  }

  /** Gives an invoice the next number, and has it told. */
  protected issue(
    { invoiceId, customerId, contact, currency, lines }: Omit<Draft, 'timeZone' | 'dueDate' | 'paymentDays'>,
    hash: string,
    { taxes, ...amounts }: InvoiceTotals,
  ): Invoice {
    const issued = {
      ...{ invoiceId, customerId, contact, lines, taxes: [...taxes] },
      number: invoiceNumber(this.invoices.size + 1),
      amounts: { currency, ...amounts },
      ...{ timeZone: 'UTC', issueDate: issuedOn, dueDate: issuedOn, issuedAt: happenedAt },
    } as unknown as InvoiceRow['issued'];
    this.invoices.set(invoiceId, {
      ...{ hash, issued, allocated: 0, creditApplied: 0, credited: 0, noted: 0, notedTax: 0 },
    });
    const invoice = this.findInvoice({ invoiceId });
    this.publish([creationOf(invoice), mailCommandOf(invoice, invoice.issuedAt)]);
    return invoice;
  }

  protected rowOf(invoiceId: string): InvoiceRow {
    const row = this.invoices.get(invoiceId);
    if (!row) throw new ServiceFailure(invoiceRefusals.InvoiceNotFound, `there is no invoice ${invoiceId}`);
    return row;
  }
}

const hashOf = ({ timeZone = 'UTC', paymentDays = 30, ...content }: Content) =>
  hashOfContent({ ...content, timeZone, paymentDays } as unknown as Parameters<typeof hashOfContent>[0]);
