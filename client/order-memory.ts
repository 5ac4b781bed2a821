import { ServiceFailure } from '../contracts/failures.ts';
import { type CheckoutId, checkoutIdSchema, type RefundId } from '../contracts/identifiers.ts';
import { contentHash } from '../platform/content-hash.ts';
import type { Cancellation, OrdersClient, RecalledOrder } from '../services/orders/contract.ts';
import type { CheckoutAnswer, CheckoutRequest, CheckoutResult } from '../workflows/checkout/contract.ts';
import { cancelledByCustomer } from '../workflows/checkout/reasons.ts';
import { isSameRequest } from '../workflows/checkout/same-request.ts';
import type { ProcessResult, Reason } from '../workflows/kit/contract.ts';
import { outcomeOf } from '../workflows/kit/outcome.ts';
import type { RefundRequest, RefundResult } from '../workflows/refund/contract.ts';
import { refundCancelled } from '../workflows/refund/reasons.ts';

/** The orders: they remember a checkout and a refund for ever, Temporal for its retention. */
export type OrderMemory = Pick<OrdersClient, 'recallOrder' | 'recallRefund'>;

/** The answer to a placement of a checkout that has ended. */
export const answers = {
  completed: 'accepted',
  refused: 'refused',
  failed: 'refused',
  cancelled: 'cancelled',
} as const satisfies Record<ProcessResult['outcome'], CheckoutAnswer['answer']>;

/**
 * The end of a checkout as its order remembers it; what was undone is not kept.
 *
 * @returns `undefined` when there is no such order, or it has not ended
 */
export async function recallResult(memory: OrderMemory, checkoutId: CheckoutId): Promise<CheckoutResult | undefined> {
  return endOf(checkoutId, await memory.recallOrder({ orderId: checkoutId }));
}

/**
 * The end of the checkout with this request, so that nothing is started for what has ended.
 *
 * @returns `undefined` when there is no such order, or it has not ended
 * @throws {ServiceFailure} `IdempotencyConflict` when the order came of another request
 */
export async function recallSameCheckout(
  memory: OrderMemory,
  request: CheckoutRequest,
): Promise<CheckoutResult | undefined> {
  const { checkoutId, customerId } = request;
  const known = await memory.recallOrder({ orderId: checkoutId });
  if (known.state !== 'unknown' && !isSameRequest(known, contentHash(request), customerId)) {
    throw checkoutConflict(checkoutId);
  }
  return endOf(checkoutId, known);
}

/** The end of a refund as its order remembers it; `undefined` when it is unknown, or has not ended. */
export async function recallRefundResult(memory: OrderMemory, refundId: RefundId): Promise<RefundResult | undefined> {
  const { state, orderId, amounts, cancellation } = await memory.recallRefund({ refundId });
  if (!orderId || state === 'unknown' || state === 'requested') return undefined;
  if (state === 'completed') return { refundId, orderId, outcome: 'completed', amounts, undone: [] };
  const reason = reasonOf(cancellation);
  return { refundId, orderId, outcome: outcomeOf(reason, refundCancelled), amounts, reason, undone: [] };
}

/**
 * Whether the refund with this request has ended, so that nothing is started for it.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when the id was used for another one
 */
export async function hasSameRefundEnded(memory: OrderMemory, request: RefundRequest): Promise<boolean> {
  const { refundId, orderId } = request;
  const known = await memory.recallRefund({ refundId });
  if (known.state === 'unknown') return false;
  const hash = contentHash(request);
  if (known.orderId !== orderId || (known.requestHash ?? hash) !== hash) throw refundConflict(refundId);
  return known.state !== 'requested';
}

/** The ends that the orders remember, by the kind of the process. */
export const remembered: Readonly<
  Record<string, (memory: OrderMemory, id: string) => Promise<ProcessResult | undefined>>
> = {
  checkout: (memory, id) => recallResult(memory, id as CheckoutId),
  refund: (memory, id) => recallRefundResult(memory, id as RefundId),
};

/** What cannot be recalled now is left to the workflow, which recalls it itself. */
export async function recallIfPossible<Result>(recall: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await recall();
  } catch (error) {
    if (error instanceof ServiceFailure && error.type !== 'IdempotencyConflict') return undefined;
    throw error;
  }
}

export const checkoutConflict = (checkoutId: string) =>
  new ServiceFailure(
    'IdempotencyConflict',
    `the checkout ${checkoutId} was placed before with other content; choose a new checkoutId`,
    { field: 'checkoutId' },
  );

export const refundConflict = (refundId: string) =>
  new ServiceFailure(
    'IdempotencyConflict',
    `the refund ${refundId} was asked for before with other content; choose a new refundId`,
    { field: 'refundId' },
  );

function endOf(id: string, { state, orderId, order, cancellation }: RecalledOrder): CheckoutResult | undefined {
  const checkoutId = checkoutIdSchema.parse(id);
  const amounts = order?.amounts;
  if (state === 'completed') return { checkoutId, orderId, outcome: 'completed', amounts, undone: [] };
  if (state !== 'cancelled') return undefined;
  const reason = reasonOf(cancellation);
  return { checkoutId, orderId, outcome: outcomeOf(reason, cancelledByCustomer), amounts, reason, undone: [] };
}

/** Why it came to nothing, without what else was kept of it. */
function reasonOf(cancellation: Cancellation | undefined): Reason {
  const { recorded: _, ...reason } = cancellation ?? { type: 'InvalidState', message: 'it was cancelled' };
  return reason;
}
