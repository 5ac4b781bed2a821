import type { InputOf, OutputOf } from '../../../platform/http/contract.ts';
import type { paymentsContract, ReconciliationPage } from '../../../services/payments/contract.ts';
import { checkoutWorkflowId } from '../../../workflows/checkout/messages.ts';
import { type Authorization, isChanged, type PaymentRow, toPayment } from './payment-row.ts';

type Operations = typeof paymentsContract.operations;
type PageRequest = InputOf<Operations['reconcilePage']>;
type Unseen = OutputOf<Operations['findUnseen']>['payments'];

/** Something that was done at the provider, and the payment to which it was done. */
interface Done {
  readonly id: string;
  readonly paymentId: string;
}

/** What the provider has, each in the order in which it was made, and what of it is in the books. */
interface Holdings {
  readonly payments: readonly PaymentRow[];
  readonly refunds: readonly Done[];
  readonly disputes: readonly Done[];
  readonly recorded: ReadonlySet<string>;
}

/** The lists of the provider, page by page, and what the payments service finds when it compares them. */
export class ProviderLists {
  /** Objects of one page. */
  pageSize = 100;
  /** When a payment was compared last: milliseconds, by the payment's id. */
  readonly #seen = new Map<string, number>();
  readonly #holdings: () => Holdings;

  constructor(holdings: () => Holdings) {
    this.#holdings = holdings;
  }

  /** @param now milliseconds */
  compare({ list, after }: PageRequest, now: number): ReconciliationPage {
    const all = this.#idsOf(list);
    const from = after === undefined ? 0 : all.indexOf(after) + 1;
    const ids = all.slice(from, from + this.pageSize);
    const last = all.length > from + this.pageSize ? ids.at(-1) : undefined;
    const nothing = { changedPayments: [], providerRefunds: [], disputes: [], findings: [] };
    const found = list === 'payments' ? this.#comparePayments(ids, now) : this.#findLost(list, ids);
    return { seen: ids.length, ...(last !== undefined && { next: last }), ...nothing, ...found };
  }

  /** Payments that no comparison has seen since then. */
  unseen(startedAt: string): Unseen {
    const time = Date.parse(startedAt);
    const { payments } = this.#holdings();
    return payments
      .filter(({ request }) => (this.#seen.get(request.paymentId) ?? 0) < time)
      .map((row) => toPayment(row))
      .map(({ paymentId, intentId = '' }) => ({ paymentId, intentId }));
  }

  /** The newest first, as the provider lists them. */
  #idsOf(list: PageRequest['list']): string[] {
    const { payments, refunds, disputes } = this.#holdings();
    const ids = {
      payments: payments.map((row) => toPayment(row).intentId ?? ''),
      refunds: refunds.map(({ id }) => id),
      disputes: disputes.map(({ id }) => id),
    };
    return ids[list].toReversed();
  }

  #comparePayments(ids: readonly string[], now: number): Pick<ReconciliationPage, 'changedPayments'> {
    const rows = this.#holdings().payments.filter((row) => ids.includes(toPayment(row).intentId ?? ''));
    for (const { request } of rows) this.#seen.set(request.paymentId, now);
    return { changedPayments: rows.filter(isChanged).map(({ request }) => idsOf(request)) };
  }

  #findLost(list: 'refunds' | 'disputes', ids: readonly string[]): Partial<ReconciliationPage> {
    const { payments, recorded, [list]: done } = this.#holdings();
    const lost = done.filter(({ id }) => ids.includes(id) && !recorded.has(id)).toReversed();
    const about = lost.flatMap(({ id, paymentId }) =>
      payments
        .filter(({ request }) => request.paymentId === paymentId)
        .map(({ request }) => ({ id, refundId: id, disputeId: id, ...idsOf(request) })),
    );
    return {
      [list === 'refunds' ? 'providerRefunds' : 'disputes']: about.filter(({ checkoutId }) => checkoutId !== undefined),
      factsWithoutCheckout: about
        .filter(({ checkoutId }) => checkoutId === undefined)
        .map(({ id, paymentId, workflowId = '' }) => ({ id, paymentId, workflowId })),
    };
  }
}

const idsOf = ({ paymentId, checkoutId, workflowId = checkoutWorkflowId(checkoutId ?? '') }: Authorization) =>
  ({ paymentId, checkoutId, workflowId }) as ReconciliationPage['changedPayments'][number];
