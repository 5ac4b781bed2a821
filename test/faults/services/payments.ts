import { type FailureType, ServiceFailure } from '../../../contracts/failures.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type {
  Dispute,
  Payment,
  ProviderRefund,
  paymentsContract,
  ReconciliationPage,
} from '../../../services/payments/contract.ts';
import { FakeProvider } from './provider.ts';

type Operations = typeof paymentsContract.operations;
type Authorization = InputOf<Operations['authorize']>;
type Refund = InputOf<Operations['refund']>;
type Void = OutputOf<Operations['void']>;

/** One movement of money, or of a hold on it, as the provider would list it. */
export interface Movement {
  readonly kind: 'authorized' | 'captured' | 'voided' | 'refunded' | 'disputed' | 'reinstated';
  readonly paymentId: string;
  /** Minor units. */
  readonly amount: number;
}

interface Card {
  readonly held: 'authorized' | 'in_review';
  readonly challenge?: true;
  readonly declined?: FailureType;
}

/** What the bank says to the payment methods that the tests use; any other one is approved. */
const cards: Readonly<Record<string, Card>> = {
  pm_card_chargeDeclined: { held: 'authorized', declined: 'CardDeclined' },
  pm_card_chargeDeclinedInsufficientFunds: { held: 'authorized', declined: 'InsufficientFunds' },
  pm_card_authenticationRequired: { held: 'authorized', challenge: true },
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: {
    held: 'authorized',
    challenge: true,
    declined: 'InsufficientFunds',
  },
  pm_card_riskLevelElevated: { held: 'in_review' },
};

interface PaymentRow {
  readonly request: Authorization;
  state: Payment['state'];
  /** The state that was told last. */
  told?: Payment['state'];
  /** Why it is `failed` or, by itself, `voided`. */
  failure?: FailureType;
  readonly refunds: Map<string, number>;
  /** The bank has taken the money back by itself: there is nothing left to give. */
  isDisputed?: boolean;
}

/** The payments service with its provider, in memory. */
export class FakePayments {
  /** Every movement of money, in its order. */
  readonly movements: Movement[] = [];
  readonly #rows = new Map<string, PaymentRow>();
  /** What is done there without the shop. */
  readonly provider = new FakeProvider(() => [...this.#rows.values()].map(toKnown));
  /** What each void did; one of a payment that was never seen is a tombstone. */
  readonly #voids = new Map<string, Void['outcome']>();

  authorize(request: Authorization): Payment {
    const { paymentId } = request;
    this.#refuseVoided(paymentId);
    const known = this.#rows.get(paymentId);
    if (known && contentHash(known.request) !== contentHash(request))
      throw new ServiceFailure('IdempotencyConflict', `${paymentId} was used before with other content`);
    const row = known ?? this.#confirm(request);
    const payment = tell(row);
    if (row.failure) throw new ServiceFailure(row.failure, `the card of ${paymentId} was refused`);
    return payment;
  }

  capture({ paymentId }: { readonly paymentId: string }): Payment {
    const row = this.#find(paymentId);
    this.#refuseVoided(paymentId);
    if (row.state === 'authorized') this.#move(row, 'captured', 'captured');
    const payment = tell(row);
    if (row.failure) throw new ServiceFailure(row.failure, `${paymentId} has ended`);
    if (row.state !== 'captured') throw new ServiceFailure('InvalidState', `${paymentId} is ${row.state}`);
    return payment;
  }

  approveReview({ paymentId }: { readonly paymentId: string }): Payment {
    const row = this.#find(paymentId);
    this.#refuseVoided(paymentId);
    if (row.state === 'in_review') row.state = 'authorized';
    if (row.state !== 'authorized') throw new ServiceFailure('InvalidState', `${paymentId} is ${row.state}`);
    return tell(row);
  }

  void({ paymentId }: { readonly paymentId: string }): Void {
    const row = this.#rows.get(paymentId);
    if (row?.state === 'processing') throw new ServiceFailure('InProgress', `${paymentId} is being processed`);
    const outcome = this.#voids.get(paymentId) ?? (row ? this.#leaveNothing(row) : 'nothing');
    this.#voids.set(paymentId, outcome);
    return row ? { outcome, payment: toPayment(row) } : { outcome };
  }

  refund({ paymentId, refundId, amount }: Refund): Payment {
    const row = this.#find(paymentId);
    const known = row.refunds.get(refundId);
    if (known !== undefined && known !== amount)
      throw new ServiceFailure('IdempotencyConflict', `${refundId} was used before with another amount`);
    if (row.state !== 'captured') throw new ServiceFailure('InvalidState', `${paymentId} is ${row.state}`);
    if (known === undefined) {
      const left = row.isDisputed ? 0 : row.request.amount.amount - refundedOf(row);
      if (amount > left) throw new ServiceFailure('RefundTooLarge', `${left} is left of ${paymentId}`);
      this.#giveBack(row, refundId, amount);
    }
    return toPayment(row);
  }

  findPayment({ paymentId }: { readonly paymentId: string }): Payment {
    return tell(this.#find(paymentId));
  }

  /** The customer passes the bank's challenge of a payment, or fails it; of the newest one unless one is named. */
  completeChallenge(outcome: 'complete' | 'fail' = 'complete', paymentId: string = this.newest()): void {
    const row = this.#find(paymentId);
    if (row.state !== 'requires_action') return;
    const { held, declined } = cardOf(row.request);
    const failure = outcome === 'fail' ? 'AuthenticationFailed' : declined;
    if (failure) this.#fail(row, failure);
    else this.#move(row, held, 'authorized');
  }

  /** The provider ends the authorization of a payment by itself. */
  expireAuthorization(paymentId: string = this.newest()): void {
    const row = this.#find(paymentId);
    if (row.state !== 'authorized') return;
    this.#move(row, 'voided', 'voided');
    row.failure = 'AuthorizationExpired';
  }

  /** A person captures a payment at the provider's dashboard, whether it is in review or not. */
  captureAtProvider(paymentId: string = this.newest()): void {
    const row = this.#find(paymentId);
    if (row.state === 'authorized' || row.state === 'in_review') this.#move(row, 'captured', 'captured');
  }

  /** A person cancels a payment there. */
  cancelAtProvider(paymentId: string = this.newest()): void {
    const row = this.#find(paymentId);
    if (!['requires_action', 'in_review', 'authorized'].includes(row.state)) return;
    if (row.state !== 'requires_action') this.#move(row, 'voided', 'voided');
    row.state = 'voided';
    row.failure = 'PaymentCancelled';
  }

  /** A person gives money back there; `re_1` names the refund. */
  refundAtProvider(refundId: string, amount: number, paymentId: string = this.newest()): void {
    this.#giveBack(this.#find(paymentId), refundId, amount);
    this.provider.refunds.set(refundId, { paymentId, amount });
  }

  /** The customer disputes the payment at the bank, which withdraws it with a fee. */
  openDispute(disputeId: string, paymentId: string = this.newest()): void {
    const withdrawn = this.#find(paymentId).request.amount.amount;
    const fee = 1_500;
    this.movements.push({ kind: 'disputed', paymentId, amount: withdrawn + fee });
    this.provider.disputes.set(disputeId, { paymentId, withdrawn, fee, state: 'open' });
  }

  decideDispute(disputeId: string, state: 'won' | 'lost'): void {
    const row = this.provider.disputes.get(disputeId);
    if (row?.state !== 'open') return;
    row.state = state;
    if (state === 'won') this.movements.push({ kind: 'reinstated', paymentId: row.paymentId, amount: row.withdrawn });
  }

  findProviderRefund({ refundId }: { readonly refundId: string }): ProviderRefund {
    return this.provider.findProviderRefund(refundId);
  }

  findDispute({ disputeId }: { readonly disputeId: string }): Dispute {
    return this.provider.findDispute(disputeId);
  }

  rememberFact({ factId }: { readonly factId: string }): { factId: string } {
    this.provider.recorded.add(factId);
    return { factId };
  }

  /** @param now milliseconds */
  reconcilePage(page: InputOf<Operations['reconcilePage']>, now: number): ReconciliationPage {
    return this.provider.reconcilePage(page, now);
  }

  findUnseen({ startedAt }: InputOf<Operations['findUnseen']>): OutputOf<Operations['findUnseen']> {
    return { payments: this.provider.findUnseen(startedAt) };
  }

  /** The bank gives the customer the money back by itself, so that the shop has none to give. */
  dispute(paymentId: string = this.newest()): void {
    this.#find(paymentId).isDisputed = true;
  }

  /** The id of the payment that was asked for last. */
  newest(): string {
    return [...this.#rows.keys()].at(-1) ?? '';
  }

  /** Every payment as it is now, the oldest first. */
  list(): Payment[] {
    return [...this.#rows.values()].map(toPayment);
  }

  #confirm(request: Authorization): PaymentRow {
    const row: PaymentRow = { request, state: 'created', refunds: new Map() };
    this.#rows.set(request.paymentId, row);
    const { held, challenge, declined } = cardOf(request);
    if (challenge) row.state = 'requires_action';
    else if (declined) this.#fail(row, declined);
    else this.#move(row, held, 'authorized');
    return row;
  }

  #fail(row: PaymentRow, failure: FailureType): void {
    row.state = 'failed';
    row.failure = failure;
  }

  #leaveNothing(row: PaymentRow): Void['outcome'] {
    const { state } = row;
    if (state === 'captured') {
      const left = row.request.amount.amount - refundedOf(row);
      if (left === 0) return 'nothing';
      this.#giveBack(row, 'void', left);
      return 'refunded';
    }
    if (state === 'authorized' || state === 'in_review') this.#move(row, 'voided', 'voided');
    row.state = 'voided';
    return state === 'failed' || state === 'voided' ? 'nothing' : 'voided';
  }

  #giveBack(row: PaymentRow, refundId: string, amount: number): void {
    row.refunds.set(refundId, amount);
    this.movements.push({ kind: 'refunded', paymentId: row.request.paymentId, amount });
  }

  #move(row: PaymentRow, state: Payment['state'], kind: Movement['kind']): void {
    row.state = state;
    this.movements.push({ kind, paymentId: row.request.paymentId, amount: row.request.amount.amount });
  }

  #refuseVoided(paymentId: string): void {
    if (this.#voids.has(paymentId)) throw new ServiceFailure('InvalidState', `${paymentId} was voided`);
  }

  #find(paymentId: string): PaymentRow {
    const row = this.#rows.get(paymentId);
    if (!row) throw new ServiceFailure('NotFound', `there is no payment ${paymentId}`);
    return row;
  }
}

const cardOf = ({ paymentMethod }: Authorization): Card => cards[paymentMethod] ?? { held: 'authorized' };

const refundedOf = ({ refunds }: PaymentRow): number => [...refunds.values()].reduce((sum, amount) => sum + amount, 0);

const intentIdOf = ({ request }: PaymentRow): string => `pi_${request.paymentId}`;

const awaited: readonly (Payment['state'] | undefined)[] = ['requires_action', 'in_review', 'processing'];

const toKnown = (row: PaymentRow) => ({
  request: row.request,
  intentId: intentIdOf(row),
  isChanged: awaited.includes(row.told) && row.state !== row.told,
});

/** What a caller is told it does not wait for any more. */
function tell(row: PaymentRow): Payment {
  row.told = row.state;
  return toPayment(row);
}

function toPayment(row: PaymentRow): Payment {
  const { paymentId, amount } = row.request;
  return {
    paymentId: paymentId as Payment['paymentId'],
    intentId: intentIdOf(row),
    state: row.state,
    ...(row.state === 'requires_action' && { nextAction: { url: `https://bank.example/challenge/pi_${paymentId}` } }),
    amount,
    refunded: refundedOf(row),
  };
}
