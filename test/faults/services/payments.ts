import { failures } from '../../../contracts/catalogue.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import { refundRefusals } from '../../../contracts/refund-refusals.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type { Payment, paymentsContract } from '../../../services/payments/contract.ts';
import { type Authorization, cardFor, type PaymentRow, refundedOf, tell, toPayment } from './payment-row.ts';
import { FakeProvider } from './provider.ts';

type Operations = typeof paymentsContract.operations;
type Refund = InputOf<Operations['refund']>;
type Void = OutputOf<Operations['void']>;

/** The payments service with its provider, in memory. */
export class FakePayments extends FakeProvider {
  /** What each void did; one of a payment that was never seen is a tombstone. */
  readonly #voids = new Map<string, Void['outcome']>();

  authorize(request: Authorization): Payment {
    const { paymentId } = request;
    this.#refuseVoided(paymentId);
    const known = this.rows.get(paymentId);
    if (known && contentHash(known.request) !== contentHash(request))
      throw new ServiceFailure('IdempotencyConflict', `${paymentId} was used before with other content`);
    const row = known ?? this.#confirm(request);
    const payment = tell(row);
    if (row.failure) throw new ServiceFailure(failures[row.failure], `the card of ${paymentId} was refused`);
    return payment;
  }

  capture({ paymentId }: { readonly paymentId: string }): Payment {
    const row = this.find(paymentId);
    this.#refuseVoided(paymentId);
    if (row.state === 'authorized') this.move(row, 'captured', 'captured');
    const payment = tell(row);
    if (row.failure) throw new ServiceFailure(failures[row.failure], `${paymentId} has ended`);
    if (row.state !== 'captured') throw new ServiceFailure('InvalidState', `${paymentId} is ${row.state}`);
    return payment;
  }

  approveReview({ paymentId }: { readonly paymentId: string }): Payment {
    const row = this.find(paymentId);
    this.#refuseVoided(paymentId);
    if (row.state === 'in_review') row.state = 'authorized';
    if (row.state !== 'authorized') throw new ServiceFailure('InvalidState', `${paymentId} is ${row.state}`);
    return tell(row);
  }

  void({ paymentId }: { readonly paymentId: string }): Void {
    const row = this.rows.get(paymentId);
    if (row?.state === 'processing') throw new ServiceFailure('InProgress', `${paymentId} is being processed`);
    const outcome = this.#voids.get(paymentId) ?? (row ? this.#leaveNothing(row) : 'nothing');
    this.#voids.set(paymentId, outcome);
    return row ? { outcome, payment: toPayment(row) } : { outcome };
  }

  refund({ paymentId, refundId, amount }: Refund): Payment {
    const row = this.find(paymentId);
    const known = row.refunds.get(refundId);
    if (known !== undefined && known !== amount)
      throw new ServiceFailure('IdempotencyConflict', `${refundId} was used before with another amount`);
    if (row.state !== 'captured') throw new ServiceFailure('InvalidState', `${paymentId} is ${row.state}`);
    if (known === undefined) {
      if (this.isDisputed(paymentId))
        throw new ServiceFailure(refundRefusals.PaymentDisputed, `${paymentId} is disputed`);
      const left = row.isDisputed ? 0 : row.request.amount.amount - refundedOf(row);
      if (amount > left) throw new ServiceFailure(refundRefusals.RefundTooLarge, `${left} is left of ${paymentId}`);
      this.giveBack(row, refundId, amount);
    }
    return toPayment(row);
  }

  findPayment({ paymentId }: { readonly paymentId: string }): Payment {
    return tell(this.find(paymentId));
  }

  #confirm(request: Authorization): PaymentRow {
    const row: PaymentRow = { request, state: 'created', refunds: new Map() };
    this.rows.set(request.paymentId, row);
    const { held, challenge, declined } = cardFor(request);
    if (challenge) row.state = 'requires_action';
    else if (declined) this.fail(row, declined);
    else this.move(row, held, 'authorized');
    return row;
  }

  #leaveNothing(row: PaymentRow): Void['outcome'] {
    const { state } = row;
    if (state === 'captured') {
      const left = row.request.amount.amount - refundedOf(row);
      if (left === 0) return 'nothing';
      this.giveBack(row, 'void', left);
      return 'refunded';
    }
    if (state === 'authorized' || state === 'in_review') this.move(row, 'voided', 'voided');
    row.state = 'voided';
    return state === 'failed' || state === 'voided' ? 'nothing' : 'voided';
  }

  #refuseVoided(paymentId: string): void {
    if (this.#voids.has(paymentId)) throw new ServiceFailure('InvalidState', `${paymentId} was voided`);
  }
}
