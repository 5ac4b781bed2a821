import { type OrderId, type RefundId, refundIdSchema } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { orderColumn } from '../order-facts.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { RefundResult, RefundStatus } from './contract.ts';
import { refundStatusQuery, refundWorkflow, refundWorkflowId } from './messages.ts';
import { refundCancelled } from './reasons.ts';
import { type RefundMemory, recallRefundResult } from './recall.ts';

/** What a refund is to those who follow it. */
export const refundProcess: ProcessDefinition<RefundId, RefundStatus, RefundResult, { readonly orders: RefundMemory }> =
  {
    kind: 'refund',
    workflowTypes: [refundWorkflow],
    workflowIdOf: refundWorkflowId,
    idField: 'refundId',
    idSchema: refundIdSchema,
    statusQuery: refundStatusQuery,
    states: commonStates,
    takesApproval: true,
    listing: { columns: [orderColumn, 'state'] },
    cancelledAs: refundCancelled,
    aftermath: 'the sweeper finishes it when its pieces are claimed',
    recall: ({ orders }, refundId) => recallRefundResult(orders, refundId),
    idsOf: (refundId, attributes) => ({
      refundId,
      orderId: (attributes.get(searchAttributes.orderId) ?? '') as OrderId,
    }),
  };
