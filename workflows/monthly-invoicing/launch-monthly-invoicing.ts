import {
  defineSearchAttributeKey,
  SearchAttributeType,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import { openCalls } from './activities.ts';
import type { InvoicingId, InvoicingResult, LaunchRequest, MonthlyInvoicingRequest } from './contract.ts';
import { monthlyInvoicingWorkflow, monthlyInvoicingWorkflowId } from './messages.ts';

/** When a schedule meant to start a workflow: not when it did, after an outage. */
const scheduledStartTime = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/**
 * What the schedule of a community starts, as it puts a time into the ids of its workflows: invoices the month in which the
 * schedule meant to start it, under the id of that month.
 *
 * @returns how that ended; nothing when the month is being invoiced, or was invoiced, already
 */
export async function launchMonthlyInvoicing({ communityId }: LaunchRequest): Promise<InvoicingResult | undefined> {
  const { typedSearchAttributes, startTime } = workflowInfo();
  const scheduled = typedSearchAttributes.get(scheduledStartTime) ?? startTime;
  const period = await openCalls().findInvoicingPeriod(communityId, scheduled.toISOString());
  const invoicingId = `${communityId}/${period}` as InvoicingId;
  try {
    return await executeChild<(request: MonthlyInvoicingRequest) => Promise<InvoicingResult>>(
      monthlyInvoicingWorkflow,
      {
        workflowId: monthlyInvoicingWorkflowId(invoicingId),
        args: [{ invoicingId }],
        // One that has failed begins again when the schedule is triggered; one that has completed does not.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        parentClosePolicy: ParentClosePolicy.ABANDON,
      },
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}
