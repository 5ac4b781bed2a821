import { contentHash } from '../platform/content-hash.ts';
import type { CheckoutAnswer, CheckoutRequest, CheckoutResult } from '../workflows/checkout/contract.ts';
import { type CheckoutMemory, endRemembered } from '../workflows/checkout/recall.ts';
import { isSameRequest } from '../workflows/checkout/same-request.ts';
import type { ProcessResult } from '../workflows/kit/contract.ts';
import { contentConflict } from './content-conflict.ts';

/** The answer to a placement of a checkout that has ended. */
export const answers = {
  completed: 'accepted',
  refused: 'refused',
  failed: 'refused',
  cancelled: 'cancelled',
} as const satisfies Record<ProcessResult['outcome'], CheckoutAnswer['answer']>;

/**
 * The end of the checkout with this request, so that nothing is started for what has ended.
 *
 * @returns `undefined` when there is no such order, or it has not ended
 * @throws {ServiceFailure} `IdempotencyConflict` when the order came of another request
 */
export async function recallSameCheckout(
  memory: CheckoutMemory,
  request: CheckoutRequest,
): Promise<CheckoutResult | undefined> {
  const { checkoutId, customerId } = request;
  const known = await memory.recallOrder({ orderId: checkoutId });
  if (known.state !== 'unknown' && !isSameRequest(known, contentHash(request), customerId)) {
    throw checkoutConflict(checkoutId);
  }
  return endRemembered(checkoutId, known);
}

export const checkoutConflict = (checkoutId: string) =>
  contentConflict(`the checkout ${checkoutId} was placed`, 'checkoutId');
