import { ServiceFailure } from '../../../contracts/failures.ts';
import { invoiceRefusals } from '../../../contracts/invoice-refusals.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { billingContract, Invoice, InvoicePayment } from '../../../services/billing/contract.ts';
import { totalsOf } from '../../../services/billing/invoice-totals.ts';
import { FakeInvoicing } from './invoicing.ts';

type Operations = typeof billingContract.operations;
type Draft = InputOf<Operations['issueInvoice']>;
type Claim = InputOf<Operations['claimPayment']>;
type Content = InputOf<Operations['recallInvoice']>;

const issued = '2026-01-31';

/** The billing service in memory. */
export class FakeBilling extends FakeInvoicing {
  readonly invoices = new Map<string, { readonly hash: string; readonly invoice: Invoice }>();

  readonly payments = new Map<string, { readonly hash: string | undefined; readonly payment: InvoicePayment }>();

  /** Invoices that are to be reminded of. */
  due = 0;

  remindDue({ limit = 100 }: { readonly limit?: number }): { reminded: number } {
    const reminded = Math.min(limit, this.due);
    this.due -= reminded;
    return { reminded };
  }

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

  recallPayment(claim: Claim): { payment?: InvoicePayment } {
    const known = this.payments.get(claim.paymentId);
    if (!known) return {};
    if (known.hash !== undefined && known.hash !== contentHash(claim)) {
      throw new ServiceFailure('IdempotencyConflict', `${claim.paymentId} was asked for with other content`);
    }
    return { payment: known.payment };
  }

  claimPayment(claim: Claim): InvoicePayment {
    const { payment: known } = this.recallPayment(claim);
    if (known?.state === 'failed') throw new ServiceFailure('InvalidState', 'the claim was given up');
    if (known) return known;
    const { invoiceId, number, customerId, contact, amounts, open } = this.findInvoice(claim);
    if (open === 0) throw new ServiceFailure(invoiceRefusals.InvoiceAlreadyPaid, `${invoiceId} is paid`);
    const others = [...this.payments.values()].filter(({ payment }) => payment.state === 'claimed');
    if (others.length > 0) throw new ServiceFailure(invoiceRefusals.PaymentPending, 'another payment is under way');
    const amount = claim.amount ?? open;
    const payment = {
      ...{ paymentId: claim.paymentId, method: 'card', state: 'claimed', customerId, contact },
      ...{ currency: amounts.currency, amount, allocations: [{ invoiceId, number, amount }], credit: 0 },
      createdAt: `${issued}T12:00:00.000Z`,
    } as unknown as InvoicePayment;
    this.payments.set(claim.paymentId, { hash: contentHash(claim), payment });
    return payment;
  }

  releaseClaim({ paymentId, reason }: InputOf<Operations['releaseClaim']>): { wasClaimed: boolean } {
    const known = this.payments.get(paymentId);
    if (known?.payment.state === 'applied') throw new ServiceFailure('InvalidState', `${paymentId} is applied`);
    const wasClaimed = (known?.payment.allocations.length ?? 0) > 0;
    const payment = {
      ...known?.payment,
      paymentId,
      state: 'failed',
      reason,
      allocations: known?.payment.allocations ?? [],
    };
    if (known?.payment.state !== 'failed')
      this.payments.set(paymentId, { hash: known?.hash, payment: payment as InvoicePayment });
    return { wasClaimed };
  }

  applyPayment({ paymentId }: { readonly paymentId: string }): InvoicePayment {
    const known = this.payments.get(paymentId);
    if (!known || known.payment.state === 'failed')
      throw new ServiceFailure('InvalidState', `${paymentId} has no claim`);
    if (known.payment.state === 'applied') return known.payment;
    const payment: InvoicePayment = { ...known.payment, state: 'applied' };
    this.payments.set(paymentId, { ...known, payment });
    for (const { invoiceId, amount } of payment.allocations) {
      const invoice = this.invoices.get(invoiceId);
      if (invoice)
        this.invoices.set(invoiceId, {
          ...invoice,
          invoice: { ...invoice.invoice, open: invoice.invoice.open - amount },
        });
    }
    return payment;
  }
}
