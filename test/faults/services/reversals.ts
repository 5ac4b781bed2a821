import type { Currency } from '../../../contracts/currency.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import type { PaymentReversalId } from '../../../contracts/identifiers.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type { billingContract, RecordedReversal } from '../../../services/billing/contract.ts';
import { paymentReinstated, paymentReversed } from '../../../services/billing/reversal-events.ts';
import { FakeCredit } from './credit.ts';
import { happenedAt } from './invoices.ts';

type Operations = typeof billingContract.operations;

/** What the provider gives back of payments, in memory; the credit of notes is left alone. */
export class FakeReversals extends FakeCredit {
  readonly reversals = new Map<string, RecordedReversal>();

  reversePayment(reversal: InputOf<Operations['reversePayment']>): RecordedReversal {
    const { reversalId, paymentId, means, amount, fee = 0 } = reversal;
    const known = this.reversals.get(reversalId);
    if (known && (known.amount !== amount || known.means !== means))
      throw new ServiceFailure('IdempotencyConflict', `${reversalId} was recorded with another amount`);
    if (known) return known;
    const payment = this.payments.get(paymentId)?.payment;
    if (!payment) throw new ServiceFailure('NotFound', `there is no payment ${paymentId}`);
    const [allocation] = payment.allocations;
    if (payment.state !== 'applied' || !allocation || amount > this.#leftOf(paymentId))
      throw new ServiceFailure('InvalidState', `${paymentId} is ${payment.state}, and has less left`);
    const { invoiceId, number } = allocation;
    const { issued } = this.rowOf(invoiceId);
    const recorded: RecordedReversal = {
      ...{
        reversalId: reversalId as PaymentReversalId,
        paymentId: payment.paymentId,
        invoiceId,
        number,
        means,
        amount,
      },
      ...{ fee, customerId: issued.customerId, currency: issued.amounts.currency as Currency },
      ...{ toInvoice: amount, fromCredit: 0, reversedAt: happenedAt },
    };
    this.rowOf(invoiceId).allocated -= amount;
    this.reversals.set(reversalId, recorded);
    this.publish([paymentReversed(recorded, issued.contact)]);
    return recorded;
  }

  reinstatePayment({ reversalId, feeReturned = 0 }: InputOf<Operations['reinstatePayment']>): RecordedReversal {
    const known = this.reversals.get(reversalId);
    if (!known) throw new ServiceFailure('NotFound', `nothing was given back as ${reversalId}`);
    if (known.reinstatedAt !== undefined) return known;
    const row = this.rowOf(known.invoiceId);
    const toInvoice = Math.min(known.amount, this.unclaimed(row));
    const toCredit = known.amount - toInvoice;
    const reinstated = { ...known, reinstatedAt: happenedAt };
    row.allocated += toInvoice;
    this.credit += toCredit;
    this.reversals.set(reversalId, reinstated);
    this.publish([paymentReinstated(reinstated, { contact: row.issued.contact, toInvoice, toCredit, feeReturned })]);
    return reinstated;
  }

  /** What of a payment was not given back: minor units. */
  #leftOf(paymentId: string): number {
    const given = [...this.reversals.values()].filter((one) => one.paymentId === paymentId && !one.reinstatedAt);
    return (this.payments.get(paymentId)?.payment.amount ?? 0) - given.reduce((sum, { amount }) => sum + amount, 0);
  }
}
