import { contentHash } from '../platform/content-hash.ts';
import { contentOf, type RefundRequest } from '../workflows/refund/contract.ts';
import type { RefundMemory } from '../workflows/refund/recall.ts';
import { contentConflict } from './content-conflict.ts';

/**
 * Whether the refund with this request has ended, so that nothing is started for it.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when the id was used for another one
 */
export async function hasSameRefundEnded(memory: RefundMemory, request: RefundRequest): Promise<boolean> {
  const { refundId, orderId } = request;
  const known = await memory.recallRefund({ refundId });
  if (known.state === 'unknown') return false;
  const hash = contentHash(contentOf(request));
  if (known.orderId !== orderId || (known.requestHash ?? hash) !== hash) throw refundConflict(refundId);
  return known.state !== 'requested';
}

export const refundConflict = (refundId: string) => contentConflict(`the refund ${refundId} was asked for`, 'refundId');
