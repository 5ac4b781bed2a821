import { type OrderId, type RefundId, refundIdSchema } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { RefundResult, RefundStatus } from './contract.ts';
import { refundStatusQuery, refundWorkflowId } from './messages.ts';
import { refundCancelled } from './reasons.ts';

/** What a refund is to those who follow it. */
export const refundProcess: ProcessDefinition<RefundId, RefundStatus, RefundResult> = {
  kind: 'refund',
  workflowIdOf: refundWorkflowId,
  idField: 'refundId',
  idSchema: refundIdSchema,
  statusQuery: refundStatusQuery,
  states: commonStates,
  cancelledAs: refundCancelled,
  aftermath: 'the sweeper finishes it when its pieces are claimed',
  idsOf: (refundId, attributes) => ({
    refundId,
    orderId: (attributes.get(searchAttributes.orderId) ?? '') as OrderId,
  }),
};
