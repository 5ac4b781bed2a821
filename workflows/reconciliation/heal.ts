import { TypedSearchAttributes, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowOptions,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import type { ReconciliationPage } from '../../services/payments/contract.ts';
import { checkoutWorkflowId } from '../checkout/messages.ts';
import { disputeChangedSignal, disputeWorkflow, disputeWorkflowId } from '../dispute/messages.ts';
import { paymentChangedSignal } from '../kit/card-payment/messages.ts';
import {
  paymentReversalChangedSignal,
  paymentReversalWorkflow,
  paymentReversalWorkflowId,
} from '../payment-reversal/messages.ts';
import { providerRefundWorkflow, providerRefundWorkflowId } from '../provider-refund/messages.ts';
import { searchAttributes } from '../search-attributes.ts';
import { taskQueues } from '../task-queues.ts';
import type { Healed, ProviderList } from './contract.ts';

/** The provider's lists, in the order in which they are compared. */
export const providerLists: readonly ProviderList[] = ['payments', 'refunds', 'disputes'];

/** Does for everything that webhooks have lost what the webhook would have done. */
export async function heal({
  changedPayments,
  providerRefunds,
  disputes,
  factsWithoutCheckout = [],
}: ReconciliationPage): Promise<Healed[]> {
  const healed: Healed[] = [];
  for (const { paymentId, checkoutId, workflowId = checkoutWorkflowId(checkoutId ?? '') } of changedPayments) {
    const told = await tell(workflowId, (waiting) => waiting.signal(paymentChangedSignal, { paymentId }));
    if (told) healed.push({ id: paymentId, action: checkoutId === undefined ? 'workflow told' : 'checkout told' });
  }
  for (const { refundId, checkoutId } of providerRefunds) {
    const workflowId = providerRefundWorkflowId(refundId);
    const isNew = await start(providerRefundWorkflow, workflowId, { refundId }, ofOrder(checkoutId));
    if (isNew) healed.push({ id: refundId, action: 'refund recorded' });
  }
  for (const { disputeId, checkoutId } of disputes) {
    const workflowId = disputeWorkflowId(disputeId);
    const isNew = await start(disputeWorkflow, workflowId, { disputeId }, ofOrder(checkoutId));
    if (isNew) healed.push({ id: disputeId, action: 'dispute taken up' });
    else await tell(workflowId, (running) => running.signal(disputeChangedSignal));
  }
  for (const { id } of factsWithoutCheckout) {
    const workflowId = paymentReversalWorkflowId(id);
    const isNew = await start(paymentReversalWorkflow, workflowId, { reversalId: id }, ofInvoice);
    if (isNew) healed.push({ id, action: 'payment of an invoice taken back' });
    else await tell(workflowId, (running) => running.signal(paymentReversalChangedSignal));
  }
  return healed;
}

const ofInvoice: ChildWorkflowOptions = { taskQueue: taskQueues.backOffice };

const ofOrder = (orderId: string): ChildWorkflowOptions => ({
  staticSummary: `of the order ${orderId}`,
  typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.orderId, value: orderId }]),
});

/** @returns whether it was not started before; it goes on when this workflow has ended */
async function start(
  workflowType: string,
  workflowId: string,
  request: object,
  options: ChildWorkflowOptions,
): Promise<boolean> {
  try {
    await startChild(workflowType, {
      workflowId,
      args: [request],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // One that was terminated begins again: what it told before, it tells under the same ids.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      ...options,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

type Handle = ReturnType<typeof getExternalWorkflowHandle>;

/** @returns whether it was told; a workflow that has ended waits for nothing */
async function tell(workflowId: string, signal: (handle: Handle) => Promise<void>): Promise<boolean> {
  try {
    await signal(getExternalWorkflowHandle(workflowId));
    return true;
  } catch {
    return false;
  }
}
