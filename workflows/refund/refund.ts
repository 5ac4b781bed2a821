import { allHandlersFinished, CancellationScope, CancelledFailure, condition, setHandler } from '@temporalio/workflow';
import type { RestockId } from '../../contracts/identifiers.ts';
import type { Customer } from '../../services/customers/contract.ts';
import type { OrderRefund } from '../../services/orders/contract.ts';
import { processFailure } from '../process/failure.ts';
import { Milestones } from '../process/milestones.ts';
import { Operator } from '../process/operator.ts';
import { Progress } from '../process/progress.ts';
import { isOutcomeUnknown, outcomeOf, reasonOf } from '../process/reason.ts';
import { Saga } from '../process/saga.ts';
import * as activities from './activities.ts';
import type { RefundRequest, RefundResult, RefundState } from './contract.ts';
import { refundStatusQuery } from './messages.ts';

/**
 * Gives a completed order back, whole or by lines. The order claims the pieces first, so that all refunds together never
 * take more than was bought; paying the money back is the pivot.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} after the claim was given up, when it failed for a reason that somebody has to mend; its
 * details hold the `RefundResult`
 * @throws {CancelledFailure} after the claim was given up, when the workflow was cancelled before the money was paid back
 */
export async function refund(request: RefundRequest): Promise<RefundResult> {
  const open = openRefund(request);
  let claimed: ClaimedRefund;
  try {
    claimed = await claim(open);
    await CancellationScope.nonCancellable(() => payBack(open, claimed));
  } catch (error) {
    return await CancellationScope.nonCancellable(() => withdraw(open, error));
  }
  return await CancellationScope.nonCancellable(() => carryThrough(open, claimed));
}

type OpenRefund = ReturnType<typeof openRefund>;

interface ClaimedRefund {
  readonly customer: Customer;
  readonly refund: OrderRefund;
}

function openRefund(request: RefundRequest) {
  const { refundId, orderId } = request;
  const progress = new Progress<RefundState>('running');
  const operator = new Operator(progress);
  setHandler(refundStatusQuery, () => ({ refundId, orderId, ...progress.status() }), {
    description: 'Where the refund stands',
  });
  return {
    request,
    progress,
    operator,
    saga: new Saga(operator, (undone) => progress.recordUndone(undone)),
    milestones: new Milestones(orderId, operator),
  };
}

/** Undo: give the claim up. */
function claim({ request, progress, saga }: OpenRefund): Promise<ClaimedRefund> {
  const { refundId, orderId, lines, reason } = request;
  return progress.step('claim the pieces', async () => {
    const { customerId } = await activities.findOrderToRefund(request);
    const customer = await activities.findCustomer(customerId);
    saga.register({
      name: 'give up the claim',
      run: async () => (await activities.cancelRefund(orderId, refundId)).wasRequested,
    });
    const claimed = await activities.requestRefund({ orderId, refundId, reason, ...(lines && { lines }) });
    progress.amounts = claimed.amounts;
    return { customer, refund: claimed };
  });
}

/** The pivot: the same refund id for ever, so the money is paid back once, however often it is tried. */
function payBack({ progress, operator }: OpenRefund, { refund: { paymentId, refundId, amounts } }: ClaimedRefund) {
  return progress.step('pay the money back', async () => {
    const refusal = await operator.untilDone('pay the money back', async () => {
      try {
        await activities.refundPayment(paymentId, refundId, amounts.total);
        return undefined;
      } catch (error) {
        if (isOutcomeUnknown(error)) throw error;
        return { error };
      }
    });
    if (refusal) throw refusal.error;
  });
}

/** After the pivot, side by side and until done. */
async function carryThrough(open: OpenRefund, claimed: ClaimedRefund): Promise<RefundResult> {
  const { request, progress, operator, milestones } = open;
  const { orderId, refundId, lines, amounts, checkoutId, customerId, paymentId } = claimed.refund;
  await progress.step('restock and complete the refund', async () => {
    const pieces = lines.map(({ sku, quantity }) => ({ sku, quantity }));
    const isRestocked = request.restock !== false;
    await Promise.all([
      isRestocked &&
        operator.untilSettled('restock what comes back', () =>
          activities.restock(refundId as string as RestockId, pieces),
        ),
      operator.untilSettled('complete the refund', () => activities.completeRefund(orderId, refundId)),
    ]);
    const { name, email } = claimed.customer;
    const itemCount = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const about = { checkoutId, orderId, customerId, customer: { name, email } };
    milestones.record('OrderRefunded', { ...about, refundId, paymentId, amounts, itemCount, reason: request.reason });
  });
  await milestones.publish();
  return conclude(open, 'completed');
}

async function withdraw(open: OpenRefund, error: unknown): Promise<RefundResult> {
  const reason = reasonOf(error);
  const outcome = outcomeOf(reason);
  open.progress.withdraw('compensating', reason);
  await open.saga.compensate();
  const result = await conclude(open, outcome);
  if (outcome === 'cancelled') throw new CancelledFailure('the refund was cancelled', [result]);
  if (outcome === 'failed') throw processFailure(reason, result);
  return result;
}

async function conclude({ request, progress }: OpenRefund, outcome: RefundResult['outcome']): Promise<RefundResult> {
  const { refundId, orderId } = request;
  const { amounts, reason, undone } = progress;
  progress.end(outcome);
  await condition(allHandlersFinished);
  return { refundId, orderId, outcome, amounts, reason, undone };
}
