import type { OrderAmounts } from '../../../contracts/amounts.ts';
import { sumBySku } from '../../../contracts/cart-lines.ts';
import { ServiceFailure } from '../../../contracts/failures.ts';
import type { Sku } from '../../../contracts/identifiers.ts';
import { refundRefusals } from '../../../contracts/refund-refusals.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type {
  Cancellation,
  OrderRefund,
  ordersContract,
  Publication,
  RecalledRefund,
  RefundState,
} from '../../../services/orders/contract.ts';
import { refundAmounts } from '../../../services/orders/refund-amounts.ts';
import { type BoughtLine, takePieces } from '../../../services/orders/refund-lines.ts';
import { amountsLeft, divideAmount } from '../../../services/orders/refund-shares.ts';

type Operations = typeof ordersContract.operations;
type RequestRefund = InputOf<Operations['requestRefund']>;
type RecordProviderRefund = InputOf<Operations['recordProviderRefund']>;
type NamedRefund = InputOf<Operations['completeRefund']>;
type CancelRefund = InputOf<Operations['cancelRefund']>;

/** What a refund needs to know of its order. */
interface RefundableOrder {
  readonly state: string;
  readonly placed: InputOf<Operations['placeOrder']>;
  readonly paymentId: string;
}

interface RefundRow {
  state: RefundState['state'];
  readonly orderId: string;
  cancellation?: Cancellation;
  isPublished?: boolean;
  /** None for a tombstone. */
  readonly claim?: {
    readonly hash: string;
    readonly requestHash: string | undefined;
    readonly request: RecalledRefund['request'];
    readonly pieces: readonly number[];
    readonly refund: OrderRefund;
  };
}

/** The refunds of one order, in memory. */
export class FakeRefunds {
  readonly rows = new Map<string, RefundRow>();

  request(
    order: RefundableOrder,
    { orderId, refundId, lines, reason, requestHash, request }: RequestRefund,
  ): OrderRefund {
    const asked = lines && sumBySku(lines.map(({ sku, quantity }) => ({ sku: sku as Sku, quantity })));
    const hash = contentHash({ asked, reason });
    const known = this.rows.get(refundId);
    if (known?.state === 'cancelled') throw new ServiceFailure('InvalidState', `${refundId} was cancelled`);
    if (known?.claim) {
      if (known.claim.hash !== hash) throw new ServiceFailure('IdempotencyConflict', `${refundId} has other content`);
      return { ...known.claim.refund, state: known.state };
    }
    if (order.state !== 'completed')
      throw new ServiceFailure(refundRefusals.OrderNotCompleted, `${orderId} is ${order.state}`);
    const bought = this.#bought(order);
    const pieces = takePieces(bought, asked);
    const amounts = refundAmounts(order.placed.amounts as OrderAmounts, bought, pieces, this.#given(order));
    if (amounts.total === 0) throw new ServiceFailure(refundRefusals.RefundTooLarge, `nothing is left of ${orderId}`);
    const taken = bought.map(({ sku, unitPrice }, index) => ({ sku, unitPrice, quantity: pieces[index] ?? 0 }));
    const refund = {
      refundId,
      orderId,
      checkoutId: order.placed.checkoutId,
      customerId: order.placed.customerId,
      paymentId: order.paymentId,
      kind: 'order',
      state: 'requested',
      lines: taken.filter(({ quantity }) => quantity > 0),
      amounts,
    } as OrderRefund;
    this.rows.set(refundId, { state: 'requested', orderId, claim: { hash, requestHash, request, pieces, refund } });
    return refund;
  }

  record(order: RefundableOrder, { orderId, refundId, amount }: RecordProviderRefund): OrderRefund {
    const hash = contentHash({ orderId, amount });
    const known = this.rows.get(refundId)?.claim;
    if (known) {
      if (known.hash !== hash) throw new ServiceFailure('IdempotencyConflict', `${refundId} has other content`);
      return known.refund;
    }
    if (order.state === 'pending') throw new ServiceFailure('InProgress', `${orderId} is pending`);
    if (order.state !== 'completed')
      throw new ServiceFailure(refundRefusals.OrderNotCompleted, `${orderId} is ${order.state}`);
    const left = amountsLeft(order.placed.amounts as OrderAmounts, this.#given(order));
    if (amount.amount > left.total)
      throw new ServiceFailure(refundRefusals.RefundTooLarge, `${left.total} of ${orderId} are left`);
    const { checkoutId, customerId } = order.placed;
    const refund = {
      ...{
        refundId,
        orderId,
        checkoutId,
        customerId,
        paymentId: order.paymentId,
        kind: 'provider',
        state: 'completed',
      },
      ...{ lines: [], amounts: divideAmount(left, amount.amount) },
    } as unknown as OrderRefund;
    this.rows.set(refundId, {
      state: 'completed',
      orderId,
      claim: { hash, requestHash: undefined, request: undefined, pieces: [], refund },
    });
    return refund;
  }

  complete({ orderId, refundId }: NamedRefund): RefundState {
    const row = this.rows.get(refundId);
    if (!row) throw new ServiceFailure('NotFound', `there is no refund ${refundId}`);
    if (row.state === 'cancelled') throw new ServiceFailure('InvalidState', `${refundId} was cancelled`);
    row.state = 'completed';
    return toState(orderId, refundId, row);
  }

  cancel({ orderId, refundId, cancellation }: CancelRefund): RefundState {
    const row: RefundRow = this.rows.get(refundId) ?? { state: 'requested', orderId };
    if (row.state === 'completed') throw new ServiceFailure('InvalidState', `${refundId} is completed`);
    if (row.state === 'requested' && cancellation) row.cancellation = cancellation as Cancellation;
    row.state = 'cancelled';
    this.rows.set(refundId, row);
    return toState(orderId, refundId, row);
  }

  recall(refundId: string): RecalledRefund {
    const row = this.rows.get(refundId);
    const known = { refundId: refundId as RecalledRefund['refundId'] };
    if (!row) return { ...known, state: 'unknown' };
    const { state, orderId, cancellation, claim } = row;
    return {
      ...known,
      state,
      orderId: orderId as OrderRefund['orderId'],
      ...(claim?.requestHash && { requestHash: claim.requestHash }),
      ...(claim && { amounts: claim.refund.amounts }),
      ...(claim?.request && { request: claim.request }),
      ...(cancellation && { cancellation }),
    };
  }

  recordPublication(refundId: string): Publication {
    const row = this.rows.get(refundId);
    if (!row) throw new ServiceFailure('NotFound', `there is no refund ${refundId}`);
    row.isPublished = row.state === 'completed';
    return {};
  }

  /** Those of the shop that have not ended, or were completed and not published. */
  listUnfinished(): string[] {
    const open = [...this.rows].filter(
      ([, { state, claim, isPublished }]) =>
        claim && claim.refund.kind === 'order' && state !== 'cancelled' && !isPublished,
    );
    return open.map(([refundId]) => refundId).sort();
  }

  /** The refunds that were paid back. */
  completed(): OrderRefund[] {
    return [...this.rows.values()].flatMap(({ state, claim }) =>
      state === 'completed' && claim ? [claim.refund] : [],
    );
  }

  #claims() {
    return [...this.rows.values()].flatMap(({ state, claim }) => (state !== 'cancelled' && claim ? [claim] : []));
  }

  #bought({ placed }: RefundableOrder): BoughtLine[] {
    return placed.lines.map(({ sku, quantity, unitPrice }, index) => ({
      sku: sku as Sku,
      quantity,
      unitPrice,
      refunded: this.#claims().reduce((sum, { pieces }) => sum + (pieces[index] ?? 0), 0),
    }));
  }

  #given({ placed }: RefundableOrder): OrderAmounts {
    const sum = (part: 'goods' | 'discount' | 'shipping' | 'tax' | 'total') =>
      this.#claims().reduce((all, { refund }) => all + refund.amounts[part], 0);
    const { currency } = placed.amounts;
    return {
      currency,
      goods: sum('goods'),
      discount: sum('discount'),
      shipping: sum('shipping'),
      tax: sum('tax'),
      total: sum('total'),
    };
  }
}

const toState = (orderId: string, refundId: string, { state, claim }: RefundRow): RefundState =>
  ({ refundId, orderId, state, wasRequested: claim !== undefined }) as RefundState;
