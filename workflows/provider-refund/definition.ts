import { providerRefundIdSchema, type RefundId } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import type { ProviderRefundResult, ProviderRefundStatus } from './contract.ts';
import { providerRefundStatusQuery, providerRefundWorkflowId } from './messages.ts';

/** What a refund that was made at the payment provider is to those who follow it. */
export const providerRefundProcess: ProcessDefinition<RefundId, ProviderRefundStatus, ProviderRefundResult> = {
  kind: 'provider-refund',
  workflowIdOf: providerRefundWorkflowId,
  idField: 'refundId',
  idSchema: providerRefundIdSchema,
  statusQuery: providerRefundStatusQuery,
  states: commonStates,
  cancelledAs: { type: 'InvalidState', message: 'what was made at the provider cannot be cancelled' },
  aftermath: 'the nightly comparison with the provider takes it up again',
  idsOf: (refundId) => ({ refundId }),
};
