import { TypedSearchAttributes } from '@temporalio/common';
import { contentHash } from '../platform/content-hash.ts';
import type { CheckoutRequest } from '../workflows/checkout/contract.ts';
import { checkoutWorkflowId } from '../workflows/checkout/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { taskQueues } from '../workflows/task-queues.ts';

/**
 * How a checkout is started by clients, events and commands alike. The same request is the same workflow; the hash in its memo tells a
 * repetition from another request under the same id.
 */
export function checkoutStart(request: CheckoutRequest) {
  const { checkoutId, customerId, lines, currency } = request;
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    workflowId: checkoutWorkflowId(checkoutId),
    taskQueue: taskQueues.checkout,
    args: [request] as [CheckoutRequest],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    staticSummary: `${pieces} ${pieces === 1 ? 'item' : 'items'} in ${currency}, customer ${customerId}`,
    memo: { contentHash: contentHash(request), currency },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.checkoutStatus, value: 'running' },
      { key: searchAttributes.customerId, value: customerId },
      { key: searchAttributes.orderId, value: checkoutId },
    ]),
  };
}
