import type { RefundId } from '../../contracts/identifiers.ts';
import type { OrdersClient } from '../../services/orders/contract.ts';
import { outcomeOf } from '../kit/outcome.ts';
import { reasonKept } from '../order-facts.ts';
import type { RefundResult } from './contract.ts';
import { refundCancelled } from './reasons.ts';

/** The orders: they remember a refund for ever, Temporal for its retention. */
export type RefundMemory = Pick<OrdersClient, 'recallRefund'>;

/** The end of a refund as its order remembers it; `undefined` when it is unknown, or has not ended. */
export async function recallRefundResult(orders: RefundMemory, refundId: RefundId): Promise<RefundResult | undefined> {
  const { state, orderId, amounts, cancellation } = await orders.recallRefund({ refundId });
  if (!orderId || state === 'unknown' || state === 'requested') return undefined;
  if (state === 'completed') return { refundId, orderId, outcome: 'completed', amounts, undone: [] };
  const reason = reasonKept(cancellation);
  return { refundId, orderId, outcome: outcomeOf(reason, refundCancelled), amounts, reason, undone: [] };
}
