import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ApprovalStatus, ApprovalVote } from '../kit/approvals-contract.ts';
import type { Amendment, PurchaseOrderResult, PurchaseOrderStatus } from './contract.ts';

/** Where a purchase order stands, without any I/O. */
export const purchaseOrderStatusQuery = defineQuery<PurchaseOrderStatus>('status');

/** Puts other lines in the place of a version: what was approved is void, and who amends it approves nothing of it. */
export const amendUpdate = defineUpdate<ApprovalStatus, [Amendment]>('amend');

/** An author withdraws an order that is not approved; answered when its budget is given back. */
export const withdrawUpdate = defineUpdate<PurchaseOrderResult, [ApprovalVote]>('withdraw');

/** The name of the workflow type. */
export const purchaseOrderWorkflow = 'purchaseOrder';

/** The workflow id of a purchase order. */
export const purchaseOrderWorkflowId = (poId: string) => `purchase-order/${poId}`;
