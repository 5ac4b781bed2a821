import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { ClaimedRefund as Claim } from '../../activities/refunds.ts';
import { formatMoney } from '../../contracts/currency.ts';
import type { RestockId } from '../../contracts/identifiers.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import type { RecalledRefund } from '../../services/orders/contract.ts';
import { Approval } from '../kit/approval.ts';
import { completeMemo, completeSearchAttributes } from '../kit/complete-start.ts';
import { decisionOf } from '../kit/decision.ts';
import { failure, failureAsItWas } from '../kit/failure.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { Progress } from '../kit/progress.ts';
import { type ProcessEnding, runProcess } from '../kit/run-process.ts';
import { Saga } from '../kit/saga.ts';
import { untilAnswered } from '../kit/until-answered.ts';
import { type OrderFacts, orderHeadline } from '../order-facts.ts';
import { searchAttributes } from '../search-attributes.ts';
import { openCalls } from './activities.ts';
import type { RefundRequest, RefundResult, RefundState } from './contract.ts';
import { refundStatusQuery, refundWorkflowId } from './messages.ts';
import { refundCancelled } from './reasons.ts';

/**
 * Gives a completed order back, whole or by lines. The order claims the pieces first, so that all refunds together never
 * take more than was bought; paying the money back is the pivot. The orders are its memory: a run that follows another one
 * under the same id goes on where that one has ended.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} after the claim was given up, when it failed for a reason that a person has to fix; its
 * details hold the `RefundResult`
 * @throws {CancelledFailure} after the claim was given up, when the workflow was cancelled before the money was paid back
 */
export async function refund(request: RefundRequest): Promise<RefundResult> {
  return underItsOwnId(refundWorkflowId, 'refundId', request, run);
}

async function run(request: RefundRequest): Promise<RefundResult> {
  const open = openRefund(Object(request) as RefundRequest);
  const { orderId } = open.request;
  const names = typeof orderId === 'string' && orderId.length <= 64;
  completeSearchAttributes(names ? [{ key: searchAttributes.orderId, value: orderId }] : []);
  return runProcess({
    ending: open.ending,
    prepare: () => prepare(open),
    pivot: (claimed) => payBack(open, claimed),
    carryThrough: (claimed) => carryThrough(open, claimed),
  });
}

type OpenRefund = ReturnType<typeof openRefund>;

interface ClaimedRefund {
  /** An earlier run has paid the money back. */
  readonly isPaidBack: boolean;
  /** Whom to write to: as they were called when they ordered. */
  readonly contact: { readonly name: string; readonly email: string };
  readonly refund: Claim;
}

function openRefund(request: RefundRequest) {
  const { refundId, orderId } = request;
  const calls = openCalls();
  const progress = new Progress<RefundState, OrderFacts>({ state: 'running', headline: orderHeadline });
  const operator = new Operator(progress);
  const approval = new Approval(progress);
  const saga = new Saga(operator, (undone) => progress.recordUndone(undone));
  const milestones = new Milestones(orderId, operator);
  setHandler(refundStatusQuery, () => ({ refundId, orderId, ...progress.status() }), {
    description: 'Where the refund stands',
  });
  return {
    request,
    calls,
    progress,
    operator,
    approval,
    saga,
    milestones,
    ending: {
      ...{ progress, saga, milestones, ids: { refundId, orderId }, cancelledAs: refundCancelled },
      recordPublication: () => calls.recordRefundPublication(refundId),
    } satisfies ProcessEnding<RefundResult>,
  };
}

async function prepare(open: OpenRefund): Promise<ClaimedRefund> {
  const claimed = await claim(open);
  await requireApproval(open, claimed);
  return claimed;
}

/** Undo: give the claim up. */
function claim({ request, calls, progress, operator, saga }: OpenRefund): Promise<ClaimedRefund> {
  const { refundId, orderId, lines, reason } = request;
  return progress.step('claim the pieces', async () => {
    // Who cancels meanwhile must not hear that a refund is cancelled when it is paid back.
    const { requestHash, known, order } = await CancellationScope.nonCancellable(() => calls.recallRefund(request));
    completeMemo({ contentHash: requestHash });
    progress.facts.amounts = known.amounts;
    requireGoingOn(request, requestHash, known);
    const { name, email } = order.contact ?? (await calls.findCustomer(order.customerId));
    const undo = {
      name: 'give up the claim',
      run: async () => {
        const cancellation = progress.reason ?? { type: 'Internal', message: '' };
        return (await calls.cancelRefund(orderId, refundId, cancellation)).wasRequested;
      },
    };
    const claimPieces = () =>
      calls.requestRefund({ orderId, refundId, reason, requestHash, request, ...(lines && { lines }) });
    // What an earlier run has claimed may be paid back already: it is only given up when it is certain that it is not.
    const refund =
      known.state === 'unknown'
        ? await saga.attempt(undo, claimPieces)
        : await CancellationScope.nonCancellable(() => untilAnswered(operator, 'recall the claim', claimPieces));
    if (known.state === 'requested') saga.register(undo);
    progress.facts.amounts = refund.amounts;
    return { contact: { name, email }, refund, isPaidBack: known.state === 'completed' };
  });
}

/**
 * What an earlier run has left under the refund's id goes on as it is, or is told as it was.
 *
 * @throws {ApplicationFailure} `IdempotencyConflict` when it was another request; the reason of a refund that was cancelled
 */
function requireGoingOn({ refundId, orderId }: RefundRequest, requestHash: string, known: RecalledRefund): void {
  if (known.state === 'unknown') return;
  if (known.orderId !== orderId || (known.requestHash ?? requestHash) !== requestHash) {
    const message = `the refund ${refundId} was asked for before with other content; choose a new refundId`;
    throw failure('IdempotencyConflict', message, { field: 'refundId' });
  }
  if (known.state === 'cancelled') throw failureAsItWas(known.cancellation);
}

/**
 * What is above the limit of one person waits for a second one before the money leaves.
 *
 * @throws {ApplicationFailure} `RefundNotApproved` when a person refuses it
 */
async function requireApproval(
  { request, approval, progress }: OpenRefund,
  { refund, isPaidBack }: ClaimedRefund,
): Promise<void> {
  if (!refund.takesTwo || isPaidBack) return;
  const { requestedBy, reason } = request;
  const what = `the refund of ${formatMoney(refund.amounts.total, refund.amounts.currency)}`;
  await progress.step('have two people approve it', async () => {
    const asked = requestedBy && {
      decision: 'approve',
      by: requestedBy.subject,
      issuer: requestedBy.issuer,
      note: reason,
    };
    const { decision, by, note } = await approval.wait(what, asked && decisionOf(what, asked));
    if (decision === 'refuse') throw failure(refundRefusals.RefundNotApproved, `${by} has refused ${what}: ${note}`);
  });
}

/** The pivot: the same refund id for ever, so the money is paid back once, however often it is tried. */
async function payBack(
  { calls, progress, operator }: OpenRefund,
  { refund, isPaidBack }: ClaimedRefund,
): Promise<void> {
  const { paymentId, refundId, amounts } = refund;
  if (isPaidBack) return;
  await progress.step('pay the money back', () =>
    untilAnswered(operator, 'pay the money back', () => calls.refundPayment(paymentId, refundId, amounts.total)),
  );
}

/** After the pivot, side by side and until done. */
async function carryThrough(open: OpenRefund, claimed: ClaimedRefund): Promise<void> {
  const { request, calls, progress, operator, milestones } = open;
  const { orderId, refundId, lines, amounts, checkoutId, customerId, paymentId } = claimed.refund;
  await progress.step('restock and complete the refund', async () => {
    const pieces = lines.map(({ sku, quantity }) => ({ sku, quantity }));
    const isRestocked = request.restock !== false;
    await Promise.all([
      isRestocked &&
        operator.untilResolved('restock what comes back', () => calls.restock(refundId as string as RestockId, pieces)),
      operator.untilResolved('complete the refund', () => calls.completeRefund(orderId, refundId)),
    ]);
    const itemCount = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const about = { checkoutId, orderId, customerId, customer: claimed.contact };
    milestones.record('OrderRefunded', { ...about, refundId, paymentId, amounts, itemCount, reason: request.reason });
  });
}
