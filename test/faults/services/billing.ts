import { ServiceFailure } from '../../../contracts/failures.ts';
import { invoiceRefusals } from '../../../contracts/invoice-refusals.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { billingContract, InvoicePayment } from '../../../services/billing/contract.ts';
import { paymentReceived } from '../../../services/billing/payment-events.ts';
import { happenedAt, type InvoiceRow, openOf } from './invoices.ts';
import { FakeReversals } from './reversals.ts';

type Operations = typeof billingContract.operations;
type Claim = InputOf<Operations['claimPayment']>;

/** The billing service in memory. */
export class FakeBilling extends FakeReversals {
  /** Invoices that are to be reminded of. */
  due = 0;

  remindDue({ limit = 100 }: { readonly limit?: number }): { reminded: number } {
    const reminded = Math.min(limit, this.due);
    this.due -= reminded;
    return { reminded };
  }

  recallPayment(claim: Claim): { payment?: InvoicePayment } {
    const known = this.payments.get(claim.paymentId);
    if (!known) return {};
    // A tombstone knows of no content: it stands for any.
    const isOther = known.hash === undefined ? known.payment.state !== 'failed' : known.hash !== hashOf(claim);
    if (isOther) throw new ServiceFailure('IdempotencyConflict', `${claim.paymentId} was asked for with other content`);
    return { payment: known.payment };
  }

  findInvoicePayment({ paymentId }: { readonly paymentId: string }): InvoicePayment {
    const known = this.payments.get(paymentId);
    if (!known) throw new ServiceFailure('NotFound', `there is no payment ${paymentId}`);
    return known.payment;
  }

  listClaimedPayments({ after = '' }: { readonly after?: string }): { paymentIds: string[] } {
    const claimed = [...this.payments].filter(([id, { payment }]) => payment.state === 'claimed' && id > after);
    return { paymentIds: claimed.map(([id]) => id).sort() };
  }

  claimPayment(claim: Claim): InvoicePayment {
    const row = this.rowOf(claim.invoiceId);
    const { payment: known } = this.recallPayment(claim);
    if (known?.state === 'failed') throw new ServiceFailure('InvalidState', `${claim.paymentId} was given up`);
    if (known) return known;
    if (this.findInvoice(claim).held) throw new ServiceFailure(invoiceRefusals.InvoiceHeld, 'the customer is banned');
    const amount = this.#amountOf(claim, row);
    const { invoiceId, number, customerId, contact, amounts } = row.issued;
    const payment = {
      ...{ paymentId: claim.paymentId, method: 'card', state: 'claimed', customerId, contact },
      ...{ currency: amounts.currency, amount, allocations: [{ invoiceId, number, amount }], credit: 0 },
      createdAt: happenedAt,
    } as InvoicePayment;
    this.payments.set(claim.paymentId, { hash: hashOf(claim), payment });
    return payment;
  }

  releaseClaim({ paymentId, reason }: InputOf<Operations['releaseClaim']>): { wasClaimed: boolean } {
    const known = this.payments.get(paymentId);
    const allocations = known?.payment.allocations ?? [];
    const wasClaimed = allocations.length > 0;
    if (known?.payment.state === 'failed') return { wasClaimed };
    if (known && known.payment.state !== 'claimed')
      throw new ServiceFailure('InvalidState', `${paymentId} is ${known.payment.state}`);
    const tombstone = { paymentId, method: 'card', allocations, credit: 0, createdAt: happenedAt };
    const payment = { ...tombstone, ...known?.payment, state: 'failed', reason } as InvoicePayment;
    this.payments.set(paymentId, { hash: known?.hash, payment });
    return { wasClaimed };
  }

  applyPayment({ paymentId }: { readonly paymentId: string }): InvoicePayment {
    const known = this.payments.get(paymentId);
    if (!known) throw new ServiceFailure('NotFound', `there is no payment ${paymentId}`);
    if (known.payment.state === 'applied') return known.payment;
    if (known.payment.state !== 'claimed')
      throw new ServiceFailure('InvalidState', `${paymentId} is ${known.payment.state}`);
    const payment: InvoicePayment = { ...known.payment, state: 'applied' };
    this.payments.set(paymentId, { ...known, payment });
    for (const { invoiceId, amount } of payment.allocations) this.rowOf(invoiceId).allocated += amount;
    this.publish([paymentReceived(payment, happenedAt)]);
    return payment;
  }

  #amountOf({ amount, currency }: Claim, row: InvoiceRow): number {
    const { invoiceId, amounts } = row.issued;
    const open = openOf(row);
    if (currency !== undefined && currency !== amounts.currency)
      throw new ServiceFailure(invoiceRefusals.CurrencyMismatch, `${invoiceId} is in ${amounts.currency}`);
    if (open === 0) throw new ServiceFailure(invoiceRefusals.InvoiceAlreadyPaid, `${invoiceId} is paid`);
    if (amount !== undefined && amount > open)
      throw new ServiceFailure(invoiceRefusals.PaymentTooLarge, `${open} of ${invoiceId} are open`);
    const left = this.unclaimed(row);
    if (left === 0 || (amount ?? 0) > left)
      throw new ServiceFailure(invoiceRefusals.PaymentPending, 'another payment is under way');
    return amount ?? left;
  }
}

const hashOf = ({ invoiceId, amount, currency }: Claim) => contentHash({ invoiceId, amount, currency });
