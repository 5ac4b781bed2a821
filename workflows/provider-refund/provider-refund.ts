import { CancellationScope, log, setHandler } from '@temporalio/workflow';
import type { OrderId } from '../../contracts/identifiers.ts';
import type { OrderRefund } from '../../services/orders/contract.ts';
import type { ProviderRefund } from '../../services/payments/contract.ts';
import { firstLook } from '../kit/first-look.ts';
import { Milestones } from '../kit/milestones.ts';
import { Operator } from '../kit/operator.ts';
import { underItsOwnId } from '../kit/own-id.ts';
import { Progress } from '../kit/progress.ts';
import { reasonOf } from '../kit/reason.ts';
import { endProcess } from '../kit/run-process.ts';
import { orderHeadline } from '../order-facts.ts';
import { calls } from './activities.ts';
import type {
  ProviderRefundFacts,
  ProviderRefundRequest,
  ProviderRefundResult,
  ProviderRefundState,
} from './contract.ts';
import { providerRefundStatusQuery, providerRefundWorkflowId } from './messages.ts';

/**
 * Takes a refund that was made at the payment provider for what it is: the order has less left, the books and the
 * customer are told. The money has moved already, so nothing is refused but what was never sold; whatever contradicts the
 * order is shown to an operator, and tried again.
 *
 * @returns how it ended
 * @throws {ApplicationFailure} when the provider has no such refund, or it is of no payment that is known here
 */
export function providerRefund(request: ProviderRefundRequest): Promise<ProviderRefundResult> {
  // What has happened cannot be cancelled.
  return underItsOwnId(providerRefundWorkflowId, 'refundId', request, (own) =>
    CancellationScope.nonCancellable(() => takeUp(openProviderRefund(Object(own) as ProviderRefundRequest))),
  );
}

async function takeUp(open: OpenProviderRefund): Promise<ProviderRefundResult> {
  const refund = await firstLook(open, 'read the refund at the provider', () => calls.findProviderRefund(open.request));
  // One order for each checkout: it carries the checkout's id.
  const orderId = refund.checkoutId as string as OrderId;
  open.progress.facts.orderId = orderId;
  if (refund.madeBy === 'shop' || refund.state === 'failed' || refund.isRecorded) {
    return conclude(open, refund, 'completed');
  }
  log.warn('a refund was made at the payment provider', { refundId: refund.refundId, paymentId: refund.paymentId });
  const recorded = await record(open, refund);
  if (!recorded) return conclude(open, refund, 'refused');
  await tell(open, recorded);
  return conclude(open, refund, 'completed', true);
}

type OpenProviderRefund = ReturnType<typeof openProviderRefund>;

function openProviderRefund(request: ProviderRefundRequest) {
  const { refundId } = request;
  const progress = new Progress<ProviderRefundState, ProviderRefundFacts>({
    state: 'running',
    headline: orderHeadline,
  });
  const operator = new Operator(progress);
  setHandler(providerRefundStatusQuery, () => ({ refundId, ...progress.status() }), {
    description: 'Where the refund that was made at the provider stands',
  });
  return { request, progress, operator };
}

/** @returns what the order says, or nothing where nothing was sold or an operator has resolved it manually */
function record(
  { progress, operator }: OpenProviderRefund,
  { refundId, checkoutId, paymentId, amount }: ProviderRefund,
): Promise<OrderRefund | undefined> {
  const refund = { orderId: checkoutId as string as OrderId, refundId, paymentId, amount };
  return progress.step('record the refund with the order', () =>
    operator.untilResolved('record the refund with the order', async () => {
      try {
        const recorded = await calls.recordProviderRefund(refund);
        progress.facts.amounts = recorded.amounts;
        return recorded;
      } catch (error) {
        const reason = reasonOf(error);
        // A checkout that was undone has sold nothing, and its books are empty.
        if (reason.type !== 'OrderNotCompleted') throw error;
        progress.reason = reason;
        return undefined;
      }
    }),
  );
}

function tell({ progress, operator }: OpenProviderRefund, refund: OrderRefund): Promise<void> {
  const { refundId, orderId, checkoutId, customerId, paymentId, amounts } = refund;
  return progress.step('tell the books and the customer', async () => {
    // As they were called when they ordered: the same fact told again has the same words.
    const { name, email } = await operator.untilDone('look up the customer', async () => {
      const { order } = await calls.recallOrder(orderId);
      return order?.contact ?? (await calls.findCustomer(customerId));
    });
    const milestones = new Milestones(orderId, operator);
    const about = { checkoutId, orderId, customerId, customer: { name, email } };
    milestones.record('ProviderRefunded', { ...about, paymentId, refundId, amounts });
    await milestones.publish();
    await operator.untilDone('keep that the refund is recorded', () => calls.rememberFact(refundId));
  });
}

function conclude(
  { progress }: OpenProviderRefund,
  { refundId, checkoutId }: ProviderRefund,
  outcome: 'completed' | 'refused',
  isRecorded = false,
): Promise<ProviderRefundResult> {
  const ids = { refundId, orderId: checkoutId as string as OrderId, isRecorded };
  return endProcess<ProviderRefundResult>({ ids, progress }, outcome);
}
