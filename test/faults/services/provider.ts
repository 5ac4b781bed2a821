import { ServiceFailure } from '../../../contracts/failures.ts';
import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type {
  Dispute,
  ProviderRefund,
  paymentsContract,
  ReconciliationPage,
} from '../../../services/payments/contract.ts';

type Operations = typeof paymentsContract.operations;
type PageRequest = InputOf<Operations['reconcilePage']>;
type Unseen = OutputOf<Operations['findUnseen']>['payments'];
type Request = InputOf<Operations['authorize']>;

/** What the lists of the provider are compared with: a payment as it is known here. */
export interface KnownPayment {
  readonly request: Request;
  readonly intentId: string;
  /** Whether its checkout waits for something that has happened. */
  readonly isChanged: boolean;
}

interface RefundRow {
  readonly paymentId: string;
  readonly amount: number;
}

interface DisputeRow {
  readonly paymentId: string;
  readonly withdrawn: number;
  readonly fee: number;
  state: Dispute['state'];
}

/** What people and banks do at the provider without the shop, in memory, and the lists that tell of it. */
export class FakeProvider {
  readonly refunds = new Map<string, RefundRow>();
  readonly disputes = new Map<string, DisputeRow>();
  /** What the order and the books have of it. */
  readonly recorded = new Set<string>();
  /** Objects of one page of a list. */
  pageSize = 100;
  /** Intents that the provider's list does not have. */
  readonly unlisted = new Set<string>();
  /** When the comparison saw a payment last: milliseconds, by the payment's id. */
  readonly #seen = new Map<string, number>();
  readonly #payments: () => readonly KnownPayment[];

  /** @param payments those that are known here, the oldest first */
  constructor(payments: () => readonly KnownPayment[]) {
    this.#payments = payments;
  }

  findProviderRefund(refundId: string): ProviderRefund {
    const found = this.refunds.get(refundId);
    if (!found) throw new ServiceFailure('NotFound', `there is no refund ${refundId}`);
    const { paymentId, checkoutId, customerId, amount } = this.#find(found.paymentId).request;
    return {
      ...{ refundId, paymentId, checkoutId, customerId },
      amount: { amount: found.amount, currency: amount.currency },
      ...{ state: 'succeeded', madeBy: 'provider', isRecorded: this.recorded.has(refundId) },
      createdAt: new Date(0).toISOString(),
    } as ProviderRefund;
  }

  findDispute(disputeId: string): Dispute {
    const found = this.disputes.get(disputeId);
    if (!found) throw new ServiceFailure('NotFound', `there is no dispute ${disputeId}`);
    const { withdrawn, fee, state } = found;
    const { paymentId, checkoutId, customerId, amount } = this.#find(found.paymentId).request;
    return {
      ...{ disputeId, paymentId, checkoutId, customerId, state, reason: 'fraudulent' },
      amount: { amount: withdrawn, currency: amount.currency },
      ...{ withdrawn, fee, reinstated: state === 'won' ? withdrawn : 0, feeReturned: 0 },
      ...{ isRecorded: this.recorded.has(disputeId), createdAt: new Date(0).toISOString() },
    } as Dispute;
  }

  /** @param now milliseconds */
  reconcilePage({ list, after }: PageRequest, now: number): ReconciliationPage {
    const all = this.#idsOf(list);
    const from = after === undefined ? 0 : all.indexOf(after) + 1;
    const ids = all.slice(from, from + this.pageSize);
    const last = all.length > from + this.pageSize ? ids.at(-1) : undefined;
    const nothing = { changedPayments: [], providerRefunds: [], disputes: [], findings: [] };
    return {
      seen: ids.length,
      ...(last !== undefined && { next: last }),
      ...nothing,
      ...this.#compare(list, ids, now),
    };
  }

  findUnseen(startedAt: string): Unseen {
    const time = Date.parse(startedAt);
    return this.#payments()
      .filter(({ request }) => (this.#seen.get(request.paymentId) ?? 0) < time)
      .map(({ request, intentId }) => ({ paymentId: request.paymentId as Unseen[number]['paymentId'], intentId }));
  }

  /** The newest first, as the provider lists them. */
  #idsOf(list: PageRequest['list']): string[] {
    const intents = this.#payments().map(({ intentId }) => intentId);
    const listed = intents.filter((intentId) => !this.unlisted.has(intentId));
    const ids = { payments: listed, refunds: [...this.refunds.keys()], disputes: [...this.disputes.keys()] };
    return ids[list].toReversed();
  }

  #compare(list: PageRequest['list'], ids: readonly string[], now: number): Partial<ReconciliationPage> {
    if (list === 'payments') {
      const payments = this.#payments().filter(({ intentId }) => ids.includes(intentId));
      for (const { request } of payments) this.#seen.set(request.paymentId, now);
      const changed = payments.filter(({ isChanged }) => isChanged);
      return { changedPayments: changed.map(({ request }) => idsOf(request)) };
    }
    const fresh = ids.filter((id) => !this.recorded.has(id));
    if (list === 'refunds') {
      return { providerRefunds: fresh.map((refundId) => ({ refundId, ...this.#paymentOf(refundId) })) } as never;
    }
    return { disputes: fresh.map((disputeId) => ({ disputeId, ...this.#paymentOf(disputeId) })) } as never;
  }

  #paymentOf(id: string) {
    return idsOf(this.#find((this.refunds.get(id) ?? this.disputes.get(id))?.paymentId).request);
  }

  #find(paymentId: string | undefined): KnownPayment {
    const found = this.#payments().find(({ request }) => request.paymentId === paymentId);
    if (!found) throw new ServiceFailure('NotFound', `there is no payment ${paymentId}`);
    return found;
  }
}

const idsOf = ({ paymentId, checkoutId }: Request) =>
  ({ paymentId, checkoutId }) as ReconciliationPage['changedPayments'][number];
