import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { OrderId, PaymentId, RefundId } from '../../contracts/identifiers.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Order, OrderRefund, ordersContract } from './contract.ts';
import { amountsLeft, divideAmount } from './refund-shares.ts';
import { findRefund, sumGiven } from './refund-store.ts';

type RecordProviderRefund = z.output<(typeof ordersContract)['operations']['recordProviderRefund']['input']>;

interface LockedOrder extends Pick<Order, 'state' | 'amounts'> {
  readonly paymentId: PaymentId | null;
}

/** What stands in the order for a refund without a reason of ours. */
const reason = 'refunded at the payment provider';

/**
 * Keeps a refund that was made at the payment provider, once for each of the provider's ids, and divides it into goods,
 * shipping and tax. It takes no pieces; what the order has left becomes less. The same call again answers the same.
 *
 * @throws {ServiceFailure} `NotFound`; `InProgress` while the order is pending, or an own refund that may still be given up
 * holds what would have to be divided; `OrderNotCompleted` when it was cancelled; `InvalidRequest` for another currency or
 * payment; `RefundTooLarge` when more was given back than the order cost; `IdempotencyConflict`
 */
export async function recordProviderRefund(
  database: Kysely<unknown>,
  request: RecordProviderRefund,
): Promise<OrderRefund> {
  const { orderId, refundId, paymentId, amount } = request;
  const hash = contentHash({ orderId, paymentId, amount });
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, orderId);
    const known = await sql<{ hash: string | null }>`
      select content_hash as hash from refunds where refund_id = ${refundId}
    `.execute(transaction);
    if (known.rows[0]) {
      if (known.rows[0].hash === hash) return findRefund(transaction, refundId);
      throw conflict(refundId);
    }
    refuseUnlessPaid(order, request);
    const amounts = await divide(transaction, order, request);
    const { numAffectedRows } = await sql`
      insert into refunds (
        refund_id, order_id, kind, state, was_requested, content_hash, reason,
        goods, discount, shipping, tax, total, requested_at, ended_at
      ) values (
        ${refundId}, ${orderId}, 'provider', 'completed', true, ${hash}, ${reason}, ${amounts.goods},
        ${amounts.discount}, ${amounts.shipping}, ${amounts.tax}, ${amounts.total}, now(), now()
      )
      on conflict do nothing
    `.execute(transaction);
    // Another order has taken the id in the meantime.
    if (!numAffectedRows) throw conflict(refundId);
    return findRefund(transaction, refundId);
  });
}

const conflict = (refundId: RefundId) =>
  new ServiceFailure('IdempotencyConflict', `${refundId} was recorded before with other content`, {
    field: 'refundId',
  });

function refuseUnlessPaid(
  { state, amounts, paymentId }: LockedOrder,
  { orderId, paymentId: asked, amount }: RecordProviderRefund,
): void {
  if (state === 'pending') {
    throw new ServiceFailure('InProgress', `the order ${orderId} is not completed yet; record the refund after that`);
  }
  if (state === 'cancelled') {
    throw new ServiceFailure(
      refundRefusals.OrderNotCompleted,
      `the order ${orderId} was cancelled: nothing of it was sold`,
      {
        facts: { state },
      },
    );
  }
  if (paymentId !== asked) {
    const message = paymentId
      ? `the order ${orderId} was paid with ${paymentId}, not with ${asked}`
      : `the order ${orderId} cost nothing and has no payment; ${asked} is not its payment`;
    throw new ServiceFailure('InvalidRequest', message, { field: 'paymentId' });
  }
  if (amount.currency !== amounts.currency) {
    throw new ServiceFailure('InvalidRequest', `the order ${orderId} was paid in ${amounts.currency}`, {
      field: 'amount.currency',
    });
  }
}

async function divide(
  transaction: Transaction<unknown>,
  { amounts: whole }: LockedOrder,
  { orderId, amount: { amount } }: RecordProviderRefund,
): Promise<OrderAmounts> {
  const left = amountsLeft(whole, await sumGiven(transaction, orderId, whole.currency));
  if (amount <= left.total) return divideAmount(left, amount);
  const { rows } = await sql`
    select from refunds where order_id = ${orderId} and state = 'requested'
  `.execute(transaction);
  if (rows.length > 0) {
    throw new ServiceFailure('InProgress', `a refund of the order ${orderId} is in progress; try again after its end`);
  }
  throw new ServiceFailure(
    refundRefusals.RefundTooLarge,
    `${amount} were given back at the provider, ${left.total} of the order ${orderId} were left`,
    { facts: { amount, left: left.total } },
  );
}

/** @throws {ServiceFailure} `NotFound` */
async function lockOrder(transaction: Transaction<unknown>, orderId: OrderId): Promise<LockedOrder> {
  const { rows } = await sql<LockedOrder>`
    select state, payment_id as "paymentId", json_build_object(
      'currency', currency, 'goods', goods, 'discount', discount, 'shipping', shipping, 'tax', tax, 'total', total
    ) as amounts
    from orders where order_id = ${orderId} and was_placed for update
  `.execute(transaction);
  if (!rows[0]) throw new ServiceFailure('NotFound', `there is no order ${orderId}`);
  return rows[0];
}
