import { type Client, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Community } from '../services/communities/shapes.ts';
import { launchMonthlyInvoicingWorkflow, monthlyInvoicingScheduleId } from '../workflows/monthly-invoicing/messages.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { ensureSchedule } from './schedules.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** No hour that a change to or from daylight saving time skips or repeats. */
const hour = 6;

/** Has each month of a community invoiced on its billing day; known already, its schedule is brought up to date. */
export async function scheduleMonthlyInvoicing(client: Client, community: Community): Promise<string> {
  const options = scheduleOf(community);
  try {
    await ensureSchedule(client, options);
  } catch (error) {
    throw translateTemporalError(error);
  }
  return options.scheduleId;
}

const scheduleOf = ({ communityId, timeZone, billingDay }: Community): ScheduleOptions => ({
  scheduleId: monthlyInvoicingScheduleId(communityId),
  spec: {
    timezone: timeZone,
    calendars: [{ dayOfMonth: billingDay, hour, minute: 0, comment: `on day ${billingDay} at 06:00 in ${timeZone}` }],
  },
  // Two months that an outage has held up are invoiced one after the other.
  policies: { overlap: ScheduleOverlapPolicy.BUFFER_ALL, catchupWindow: '62 days' },
  action: {
    type: 'startWorkflow',
    workflowType: launchMonthlyInvoicingWorkflow,
    workflowId: monthlyInvoicingScheduleId(communityId),
    taskQueue: taskQueues.backOffice,
    args: [{ communityId }],
  },
});
