import { type PurchaseOrderId, purchaseOrderIdSchema } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import type { PurchaseOrderResult, PurchaseOrderStatus } from './contract.ts';
import { purchaseOrderStatusQuery, purchaseOrderWorkflow, purchaseOrderWorkflowId } from './messages.ts';
import { purchaseOrderWithdrawn } from './reasons.ts';
import { type PurchaseOrderMemory, recallPurchaseOrderResult } from './recall.ts';

/** What a purchase order is to those who follow it until it is decided. */
export const purchaseOrderProcess: ProcessDefinition<
  PurchaseOrderId,
  PurchaseOrderStatus,
  PurchaseOrderResult,
  { readonly purchasing: PurchaseOrderMemory }
> = {
  kind: 'purchase-order',
  workflowTypes: [purchaseOrderWorkflow],
  workflowIdOf: purchaseOrderWorkflowId,
  idField: 'poId',
  idSchema: purchaseOrderIdSchema,
  statusQuery: purchaseOrderStatusQuery,
  states: { ...commonStates, 'awaiting-approval': 'waits' },
  listing: { columns: ['state'] },
  cancelledAs: purchaseOrderWithdrawn,
  aftermath: 'purchasing knows whether it is approved; submit it again under the same id where it is not',
  recall: ({ purchasing }, poId) => recallPurchaseOrderResult(purchasing, poId),
  idsOf: (poId) => ({ poId }),
};
