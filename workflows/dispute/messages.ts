import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { DisputeStatus } from './contract.ts';

/** Where the dispute stands, without any I/O. */
export const disputeStatusQuery = defineQuery<DisputeStatus>('status');

/** The provider says that the dispute has changed. Nothing of it is trusted: the workflow reads the dispute. */
export const disputeChangedSignal = defineSignal('disputeChanged');

/** The name of the workflow type. */
export const disputeWorkflow = 'dispute';

/** The workflow id of a dispute. */
export const disputeWorkflowId = (disputeId: string) => `dispute/${disputeId}`;
