import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { ServiceFailure } from '../contracts/failures.ts';
import { contentHash } from '../platform/content-hash.ts';
import { disputeChangedSignal, disputeWorkflow, disputeWorkflowId } from '../workflows/dispute/messages.ts';
import { providerRefundWorkflow, providerRefundWorkflowId } from '../workflows/provider-refund/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { translateTemporalError } from './temporal-failures.ts';
import { startOnce } from './workflow-start.ts';

/**
 * Starts what takes up a refund that was made at the provider; one that runs or has ended stays as it is.
 *
 * @throws {ServiceFailure} as Temporal fails
 */
export async function startProviderRefund(temporal: Client, refundId: string, orderId: string): Promise<void> {
  const request = { refundId };
  const start = { ...startOf(orderId, request), workflowId: providerRefundWorkflowId(refundId) };
  await startOnce(temporal, providerRefundWorkflow, { ...start, args: [request] }, () => otherContent(refundId));
}

/**
 * Starts what takes up a dispute, or tells the one that runs that the dispute has changed. One that has ended stays so.
 *
 * @throws {ServiceFailure} as Temporal fails
 */
export async function startOrTellDispute(temporal: Client, disputeId: string, orderId: string): Promise<void> {
  const request = { disputeId };
  try {
    await temporal.workflow.signalWithStart(disputeWorkflow, {
      ...startOf(orderId, request),
      workflowId: disputeWorkflowId(disputeId),
      args: [request],
      signal: disputeChangedSignal,
      signalArgs: [],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw translateTemporalError(error);
  }
}

const startOf = (orderId: string, request: object) => ({
  taskQueue: taskQueues.checkout,
  staticSummary: `of the order ${orderId}`,
  memo: { contentHash: contentHash(request) },
  typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.orderId, value: orderId }]),
});

const otherContent = (id: string) => new ServiceFailure('IdempotencyConflict', `${id} was taken up with other content`);
