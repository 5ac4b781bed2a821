import { defineQuery } from '@temporalio/workflow';
import type { ProviderRefundStatus } from './contract.ts';

/** Where it stands, without any I/O. */
export const providerRefundStatusQuery = defineQuery<ProviderRefundStatus>('status');

/** The name of the workflow type. */
export const providerRefundWorkflow = 'providerRefund';

/** The workflow id of a refund that was made at the provider. */
export const providerRefundWorkflowId = (refundId: string) => `provider-refund/${refundId}`;
