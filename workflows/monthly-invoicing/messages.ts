import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { DecidedBy, Decision } from '../kit/contract.ts';
import type { InvoicingResult, InvoicingStatus } from './contract.ts';

/** Where the invoicing of a month stands, without any I/O. */
export const invoicingStatusQuery = defineQuery<InvoicingStatus>('status');

/** Issues nothing more after the batch that is in progress, until it is continued. */
export const pauseUpdate = defineUpdate<Decision, [DecidedBy]>('pause');

/** Goes on after a pause. */
export const continueUpdate = defineUpdate<Decision, [DecidedBy]>('continue');

/** Ends it after the batch that is in progress; what is issued stays. */
export const cancelInvoicingUpdate = defineUpdate<InvoicingResult>('cancel');

/** The name of the workflow type. */
export const monthlyInvoicingWorkflow = 'monthlyInvoicing';

/** The workflow id of a month of a community, from `oak-court/2026-02`. */
export const monthlyInvoicingWorkflowId = (invoicingId: string) => `monthly-invoicing/${invoicingId}`;

/** The name of the type of the workflow that a schedule starts. */
export const launchMonthlyInvoicingWorkflow = 'launchMonthlyInvoicing';

/** The id of the schedule of a community, and of the workflows that it starts: the server adds the time to these. */
export const monthlyInvoicingScheduleId = (communityId: string) => `monthly-invoicing/${communityId}`;
