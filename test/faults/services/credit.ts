import { ServiceFailure } from '../../../contracts/failures.ts';
import { invoiceRefusals } from '../../../contracts/invoice-refusals.ts';
import { proportion } from '../../../contracts/proportion.ts';
import { createEvent, type EventDraft } from '../../../events/integration-event.ts';
import type { InvoicePayment } from '../../../services/billing/contract.ts';
import { creditNoteNumber } from '../../../services/billing/credit-notes.ts';
import { paymentReceived } from '../../../services/billing/payment-events.ts';
import { happenedAt, type InvoiceRow, openOf } from './invoices.ts';
import { FakeInvoicing } from './invoicing.ts';

/** A payment, and the hash of what its caller asked for; a tombstone has none. */
export interface PaymentOfInvoices {
  readonly hash: string | undefined;
  readonly payment: InvoicePayment;
}

/** What bank transfers and credit notes do to invoices, in memory. */
export class FakeCredit extends FakeInvoicing {
  readonly payments = new Map<string, PaymentOfInvoices>();
  #notes = 0;
  /** Of the customers, in minor units. */
  credit = 0;

  /** A bank transfer that names an invoice: pays what no payment has set aside of it, and the rest is credit. */
  receiveTransfer(paymentId: string, invoiceId: string, amount: number): void {
    const row = this.rowOf(invoiceId);
    const { number, customerId, contact, amounts } = row.issued;
    const part = Math.min(amount, this.unclaimed(row));
    const payment = {
      ...{ paymentId, method: 'transfer', state: 'applied', customerId, contact, amount, credit: amount - part },
      currency: amounts.currency,
      allocations: part > 0 ? [{ invoiceId, number, amount: part }] : [],
      createdAt: happenedAt,
    } as unknown as InvoicePayment;
    row.allocated += part;
    this.credit += payment.credit;
    this.payments.set(paymentId, { hash: '', payment });
    this.publish([paymentReceived(payment, happenedAt)]);
  }

  /** Takes back a part of an invoice: what nobody has set aside first, happenedAt what was paid. */
  issueCreditNote(creditNoteId: string, invoiceId: string, amount: number): void {
    const row = this.rowOf(invoiceId);
    const { customerId, contact, number, amounts } = row.issued;
    if (amount > amounts.total - row.noted)
      throw new ServiceFailure(invoiceRefusals.CreditNoteTooLarge, `${amount} is more than is left of ${invoiceId}`);
    const share = { part: row.noted + amount, whole: amounts.total };
    const tax = proportion(amounts.tax, share) - row.notedTax;
    const toInvoice = Math.min(amount, this.unclaimed(row));
    row.noted += amount;
    row.notedTax += tax;
    row.credited += toInvoice;
    this.credit += amount - toInvoice;
    this.#notes += 1;
    const origin = `credit-note/${creditNoteId}`;
    this.publish([
      createEvent({
        ...{ name: 'CreditNoteIssued', origin, sequence: 1, subject: invoiceId, time: happenedAt },
        ...{ correlationId: invoiceId, causationId: origin },
        data: {
          ...{ creditNoteId, number: creditNoteNumber(this.#notes), invoiceId, invoiceNumber: number, customerId },
          ...{ customer: contact, amounts: { currency: amounts.currency, net: amount - tax, tax, total: amount } },
          ...{ toInvoice, toCredit: amount - toInvoice, reason: 'too much' },
        },
      } as EventDraft<'CreditNoteIssued'>),
    ]);
  }

  /** What the payments that are in progress have set aside of an invoice. */
  claimed(invoiceId: string): number {
    return [...this.payments.values()]
      .filter(({ payment }) => payment.state === 'claimed')
      .flatMap(({ payment }) => payment.allocations)
      .reduce((sum, part) => sum + (part.invoiceId === invoiceId ? part.amount : 0), 0);
  }

  protected unclaimed(row: InvoiceRow): number {
    return openOf(row) - this.claimed(row.issued.invoiceId);
  }
}
