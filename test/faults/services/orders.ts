import { ServiceFailure } from '../../../contracts/failures.ts';
import { contentHash } from '../../../platform/content-hash.ts';
import type { InputOf } from '../../../platform/http/contract.ts';
import type {
  Cancellation,
  Order,
  OrderRefund,
  OrderState,
  ordersContract,
  Publication,
  RecalledOrder,
  RecalledRefund,
  RefundState,
} from '../../../services/orders/contract.ts';
import { FakeRefunds } from './refunds.ts';

type Operations = typeof ordersContract.operations;
type PlaceOrder = InputOf<Operations['placeOrder']>;
type CompleteOrder = InputOf<Operations['completeOrder']>;

interface OrderRow {
  state: OrderState['state'];
  /** None for a tombstone. */
  readonly placed?: PlaceOrder;
  reason?: string;
  cancellation?: Cancellation;
  isPublished?: boolean;
  /** Of a completed one that was paid for. */
  paymentId?: string | undefined;
}

/** The orders in memory. */
export class FakeOrders {
  readonly orders = new Map<string, OrderRow>();
  readonly refunds = new FakeRefunds();

  placeOrder(order: PlaceOrder): OrderState {
    const { orderId } = order;
    const known = this.orders.get(orderId);
    if (known?.state === 'cancelled') throw new ServiceFailure('InvalidState', `the order ${orderId} was cancelled`);
    if (known && contentOf(known.placed) !== contentOf(order))
      throw new ServiceFailure('IdempotencyConflict', `${orderId} was used before for another order`);
    if (!known) this.orders.set(orderId, { state: 'pending', placed: order });
    return this.#state(orderId);
  }

  completeOrder({ orderId, paymentId }: CompleteOrder): OrderState {
    const row = this.#find(orderId);
    if (row.state === 'cancelled') throw new ServiceFailure('InvalidState', `the order ${orderId} was cancelled`);
    if (row.state === 'completed' && row.paymentId !== paymentId)
      throw new ServiceFailure('IdempotencyConflict', `the order ${orderId} was completed with ${row.paymentId}`);
    row.state = 'completed';
    row.paymentId = paymentId;
    return this.#state(orderId);
  }

  cancelOrder({ orderId, reason, cancellation }: InputOf<Operations['cancelOrder']>): OrderState {
    const row = this.orders.get(orderId);
    if (row?.state === 'completed') throw new ServiceFailure('InvalidState', `the order ${orderId} is completed`);
    const given = { reason, ...(cancellation && { cancellation: cancellation as Cancellation }) };
    if (!row) this.orders.set(orderId, { state: 'cancelled', ...given });
    else if (row.state === 'pending')
      Object.assign(row, { state: 'cancelled', isPublished: !cancellation?.recorded, ...given });
    return this.#state(orderId);
  }

  recallOrder({ orderId }: { readonly orderId: string }): RecalledOrder {
    const row = this.orders.get(orderId);
    const known = { orderId: orderId as RecalledOrder['orderId'] };
    if (!row) return { ...known, state: 'unknown' };
    const { state, placed, cancellation } = row;
    return {
      ...known,
      state,
      ...(placed?.requestHash && { requestHash: placed.requestHash }),
      ...(cancellation && { cancellation }),
      ...(placed && { order: this.findOrder({ orderId }) }),
    };
  }

  listUnfinishedOrders({ after = '' }: { readonly after?: string }): { orderIds: string[] } {
    const open = [...this.orders].flatMap(([orderId, { placed, isPublished }]) =>
      placed && !isPublished ? [orderId] : [],
    );
    return { orderIds: open.filter((orderId) => orderId > after).sort() };
  }

  listUnfinishedRefunds({ after = '' }: { readonly after?: string }): { refundIds: string[] } {
    return { refundIds: this.refunds.listUnfinished().filter((refundId) => refundId > after) };
  }

  recordOrderPublication({ orderId }: { readonly orderId: string }): Publication {
    const row = this.#find(orderId);
    row.isPublished = row.state !== 'pending';
    return {};
  }

  recordRefundPublication({ refundId }: { readonly refundId: string }): Publication {
    return this.refunds.recordPublication(refundId);
  }

  recallRefund({ refundId }: { readonly refundId: string }): RecalledRefund {
    return this.refunds.recall(refundId);
  }

  findOrder({ orderId }: { readonly orderId: string }): Order {
    const { state, reason, paymentId, placed } = this.#find(orderId);
    if (!placed) throw new ServiceFailure('NotFound', `there is no order ${orderId}`);
    const refunded = this.refunds.completed().reduce((sum, { amounts }) => sum + amounts.total, 0);
    const rest = { state, reason, paymentId, refunded, refunds: [], placedAt: new Date(0).toISOString() };
    return { ...placed, ...rest } as unknown as Order;
  }

  requestRefund(refund: InputOf<Operations['requestRefund']>): OrderRefund {
    const { state, placed, paymentId = '' } = this.#find(refund.orderId);
    if (!placed) throw new ServiceFailure('NotFound', `there is no order ${refund.orderId}`);
    return this.refunds.request({ state, placed, paymentId }, refund);
  }

  completeRefund(refund: InputOf<Operations['completeRefund']>): RefundState {
    return this.refunds.complete(refund);
  }

  recordProviderRefund(refund: InputOf<Operations['recordProviderRefund']>): OrderRefund {
    const { state, placed, paymentId = '' } = this.#find(refund.orderId);
    if (!placed) throw new ServiceFailure('NotFound', `there is no order ${refund.orderId}`);
    return this.refunds.record({ state, placed, paymentId }, refund);
  }

  cancelRefund(refund: InputOf<Operations['cancelRefund']>): RefundState {
    return this.refunds.cancel(refund);
  }

  #state(orderId: string): OrderState {
    const { state, placed } = this.#find(orderId);
    return { orderId: orderId as OrderState['orderId'], state, wasPlaced: placed !== undefined };
  }

  #find(orderId: string): OrderRow {
    const row = this.orders.get(orderId);
    if (!row) throw new ServiceFailure('NotFound', `there is no order ${orderId}`);
    return row;
  }
}

const contentOf = (order: PlaceOrder | undefined): string | undefined => {
  if (!order) return undefined;
  const { contact: _, requestHash: __, ...content } = order;
  return contentHash(content);
};
