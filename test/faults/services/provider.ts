import type { FailureType } from '../../../contracts/catalogue.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type {
  Dispute,
  Payment,
  PaymentReversal,
  ProviderRefund,
  paymentsContract,
  ReconciliationPage,
} from '../../../services/payments/contract.ts';
import { cardFor, type PaymentRow, refundedOf, toPayment } from './payment-row.ts';
import { ProviderLists } from './provider-lists.ts';

type Operations = typeof paymentsContract.operations;

/** One movement of money, or of a hold on it, as the provider would list it. */
export interface Movement {
  readonly kind: 'authorized' | 'captured' | 'voided' | 'refunded' | 'disputed' | 'dispute_fee' | 'reinstated';
  readonly paymentId: string;
  /** Minor units. */
  readonly amount: number;
}

const disputeFee = 1_500;

/** The payment provider in memory: what its customers, its people and the bank do without asking the shop. */
export abstract class FakeProvider {
  /** Every movement of money, in its order. */
  readonly movements: Movement[] = [];
  /** What the order and the books have of the provider's own doings. */
  readonly recorded = new Set<string>();
  protected readonly rows = new Map<string, PaymentRow>();
  readonly #atProvider = new Map<string, { readonly paymentId: string; readonly amount: number }>();
  readonly #disputes = new Map<
    string,
    { readonly paymentId: string; readonly withdrawn: number; state: Dispute['state'] }
  >();

  readonly lists = new ProviderLists(() => ({
    payments: [...this.rows.values()],
    refunds: [...this.#atProvider].map(([id, { paymentId }]) => ({ id, paymentId })),
    disputes: [...this.#disputes].map(([id, { paymentId }]) => ({ id, paymentId })),
    recorded: this.recorded,
  }));

  /** The customer passes the bank's challenge of a payment, or fails it; of the newest one unless one is named. */
  completeChallenge(outcome: 'complete' | 'fail' = 'complete', paymentId: string = this.newest()): void {
    const row = this.find(paymentId);
    if (row.state !== 'requires_action') return;
    const { held, declined } = cardFor(row.request);
    const failure = outcome === 'fail' ? 'AuthenticationFailed' : declined;
    if (failure) this.fail(row, failure);
    else this.move(row, held, 'authorized');
  }

  /** The provider ends the authorization of a payment by itself. */
  expireAuthorization(paymentId: string = this.newest()): void {
    const row = this.find(paymentId);
    if (row.state !== 'authorized' && row.state !== 'in_review') return;
    this.move(row, 'voided', 'voided');
    row.failure = 'AuthorizationExpired';
  }

  /** A person captures a payment at the provider's dashboard, whether it is in review or not. */
  captureAtProvider(paymentId: string = this.newest()): void {
    const row = this.find(paymentId);
    if (row.state === 'authorized' || row.state === 'in_review') this.move(row, 'captured', 'captured');
  }

  /** A person cancels a payment there. */
  cancelAtProvider(paymentId: string = this.newest()): void {
    const row = this.find(paymentId);
    if (!['requires_action', 'in_review', 'authorized'].includes(row.state)) return;
    if (row.state !== 'requires_action') this.move(row, 'voided', 'voided');
    row.state = 'voided';
    row.failure = 'PaymentCancelled';
  }

  /** A person gives money back there; `re_1` names the refund. */
  refundAtProvider(refundId: string, amount: number, paymentId: string = this.newest()): void {
    this.giveBack(this.find(paymentId), refundId, amount);
    this.#atProvider.set(refundId, { paymentId, amount });
  }

  findProviderRefund({ refundId }: { readonly refundId: string }): ProviderRefund {
    const found = this.#atProvider.get(refundId);
    if (!found) throw new ServiceFailure('NotFound', `there is no refund ${refundId}`);
    const { checkoutId, customerId, amount } = this.find(found.paymentId).request;
    return {
      refundId,
      paymentId: found.paymentId,
      checkoutId,
      customerId,
      amount: { amount: found.amount, currency: amount.currency },
      state: 'succeeded',
      madeBy: 'provider',
      isRecorded: this.recorded.has(refundId),
      createdAt: new Date(0).toISOString(),
    } as ProviderRefund;
  }

  /** @param now milliseconds */
  reconcilePage(page: InputOf<Operations['reconcilePage']>, now: number): ReconciliationPage {
    return this.lists.compare(page, now);
  }

  findUnseen({ startedAt }: InputOf<Operations['findUnseen']>): OutputOf<Operations['findUnseen']> {
    return { payments: this.lists.unseen(startedAt) };
  }

  /** The customer disputes the payment at the bank, which withdraws what is left of it with a fee. */
  openDispute(disputeId: string, paymentId: string = this.newest()): void {
    const withdrawn = this.leftOf(paymentId);
    this.#disputes.set(disputeId, { paymentId, withdrawn, state: 'open' });
    this.movements.push({ kind: 'disputed', paymentId, amount: withdrawn });
    this.movements.push({ kind: 'dispute_fee', paymentId, amount: disputeFee });
  }

  decideDispute(disputeId: string, state: 'won' | 'lost'): void {
    const row = this.#disputes.get(disputeId);
    if (row?.state !== 'open') return;
    row.state = state;
    const { paymentId, withdrawn } = row;
    if (state === 'won') this.movements.push({ kind: 'reinstated', paymentId, amount: withdrawn });
  }

  /** Whether the bank keeps what the customer has disputed: until it decides for the shop. */
  isDisputed(paymentId: string): boolean {
    return [...this.#disputes.values()].some((dispute) => dispute.paymentId === paymentId && dispute.state !== 'won');
  }

  /** What was captured and not given back: minor units. */
  leftOf(paymentId: string): number {
    const row = this.rows.get(paymentId);
    return row?.state === 'captured' ? row.request.amount.amount - refundedOf(row) : 0;
  }

  /** The refunds that were made at the provider. */
  get providerRefunds(): { readonly refundId: string; readonly paymentId: string; readonly amount: number }[] {
    return [...this.#atProvider].map(([refundId, refund]) => ({ refundId, ...refund }));
  }

  /** How each dispute stands. */
  get disputes(): { readonly disputeId: string; readonly paymentId: string; readonly state: Dispute['state'] }[] {
    return [...this.#disputes].map(([disputeId, { paymentId, state }]) => ({ disputeId, paymentId, state }));
  }

  findDispute({ disputeId }: { readonly disputeId: string }): Dispute {
    const found = this.#disputes.get(disputeId);
    if (!found) throw new ServiceFailure('NotFound', `there is no dispute ${disputeId}`);
    const { checkoutId, customerId, amount } = this.find(found.paymentId).request;
    return {
      disputeId,
      ...{ paymentId: found.paymentId, checkoutId, customerId, amount, state: found.state, reason: 'fraudulent' },
      ...{ withdrawn: found.withdrawn, fee: disputeFee, feeReturned: 0 },
      reinstated: found.state === 'won' ? found.withdrawn : 0,
      ...{ isRecorded: this.recorded.has(disputeId), createdAt: new Date(0).toISOString() },
    } as Dispute;
  }

  findReversal({ reversalId }: { readonly reversalId: string }): PaymentReversal {
    const refund = this.#atProvider.get(reversalId);
    const dispute = this.#disputes.get(reversalId);
    const { paymentId } = refund ?? dispute ?? {};
    if (paymentId === undefined) throw new ServiceFailure('NotFound', `there is no ${reversalId}`);
    const { workflowId, customerId, amount } = this.find(paymentId).request;
    const end = { open: 'open', won: 'reinstated', lost: 'reversed' } as const;
    return {
      ...{ reversalId, paymentId, workflowId, customerId, madeBy: 'provider' },
      amount: { amount: refund?.amount ?? dispute?.withdrawn ?? 0, currency: amount.currency },
      withdrawn: refund?.amount ?? dispute?.withdrawn,
      ...{ means: refund ? 'refund' : 'dispute', fee: refund ? 0 : disputeFee, feeReturned: 0 },
      reinstated: dispute?.state === 'won' ? dispute.withdrawn : 0,
      state: dispute ? end[dispute.state] : 'reversed',
      isRecorded: this.recorded.has(reversalId),
    } as PaymentReversal;
  }

  rememberFact({ factId }: { readonly factId: string }): { factId: string } {
    this.recorded.add(factId);
    return { factId };
  }

  /** The bank gives the customer the money back by itself, so that the shop has none to give. */
  dispute(paymentId: string = this.newest()): void {
    this.find(paymentId).isDisputed = true;
  }

  /** The id of the payment that was asked for last; of those of checkouts only, or of all that are of none, where that is said. */
  newest(of?: 'checkouts' | 'others'): string {
    const ids = [...this.rows.keys()];
    return ids.findLast((id) => of === undefined || this.isOfCheckout(id) === (of === 'checkouts')) ?? '';
  }

  /** Whether it pays what was bought, and no invoice. */
  isOfCheckout(paymentId: string): boolean {
    return this.rows.get(paymentId)?.request.checkoutId !== undefined;
  }

  /** The payments of one workflow that is no checkout. */
  listOf(workflowId: string): Payment[] {
    return [...this.rows.values()].filter(({ request }) => request.workflowId === workflowId).map(toPayment);
  }

  /** Every payment as it is now, the oldest first. */
  list(): Payment[] {
    return [...this.rows.values()].map(toPayment);
  }

  protected fail(row: PaymentRow, failure: FailureType): void {
    row.state = 'failed';
    row.failure = failure;
  }

  protected giveBack(row: PaymentRow, refundId: string, amount: number): void {
    row.refunds.set(refundId, amount);
    this.movements.push({ kind: 'refunded', paymentId: row.request.paymentId, amount });
  }

  protected move(row: PaymentRow, state: Payment['state'], kind: Movement['kind']): void {
    row.state = state;
    this.movements.push({ kind, paymentId: row.request.paymentId, amount: row.request.amount.amount });
  }

  protected find(paymentId: string): PaymentRow {
    const row = this.rows.get(paymentId);
    if (!row) throw new ServiceFailure('NotFound', `there is no payment ${paymentId}`);
    return row;
  }
}
