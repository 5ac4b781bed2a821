import { defineQuery } from '@temporalio/workflow';
import type { RefundStatus } from './contract.ts';

/** Where the refund stands, without any I/O. */
export const refundStatusQuery = defineQuery<RefundStatus>('status');

/** The name of the workflow type. */
export const refundWorkflow = 'refund';

/** The workflow id of a refund. */
export const refundWorkflowId = (refundId: string) => `refund/${refundId}`;
