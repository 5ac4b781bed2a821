import { providerRefundIdSchema, type RefundId } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { orderColumn } from '../order-facts.ts';
import { taskQueues } from '../task-queues.ts';
import type { ProviderRefundResult, ProviderRefundStatus } from './contract.ts';
import { providerRefundStatusQuery, providerRefundWorkflow, providerRefundWorkflowId } from './messages.ts';

/** What a refund that was made at the payment provider is to those who follow it. */
export const providerRefundProcess: ProcessDefinition<RefundId, ProviderRefundStatus, ProviderRefundResult> = {
  kind: 'provider-refund',
  workflowTypes: [providerRefundWorkflow],
  workflowIdOf: providerRefundWorkflowId,
  idField: 'refundId',
  idSchema: providerRefundIdSchema,
  statusQuery: providerRefundStatusQuery,
  takesUp: { what: 'refund', taskQueue: taskQueues.checkout },
  states: commonStates,
  listing: { columns: [orderColumn, 'state'] },
  cancelledAs: { type: 'InvalidState', message: 'what was made at the provider cannot be cancelled' },
  aftermath: 'the nightly comparison with the provider takes it up again',
  idsOf: (refundId) => ({ refundId }),
};
