import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
  type ScheduleUpdateOptions,
  type Workflow,
} from '@temporalio/client';
import { copyKeepers } from '../contracts/user-copy.ts';
import { invoiceRemindersId, invoiceRemindersWorkflow } from '../workflows/invoice-reminders/messages.ts';
import { reconciliationWorkflow, reconciliationWorkflowId } from '../workflows/reconciliation/messages.ts';
import { sweeps, sweepWorkflow } from '../workflows/sweep/messages.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import {
  userCheckIdOf,
  userCheckScheduleId,
  userCheckWorkflow,
  userCheckWorkflowId,
} from '../workflows/user-check/messages.ts';

/** The schedule of the daily comparison with the payment provider. */
export const dailyReconciliation = 'daily-reconciliation';

/** How far back the daily comparison looks: longer than any system is down. */
const days = 30;

/** What runs by itself, one run at a time. */
const schedules: readonly ScheduleOptions[] = [
  {
    scheduleId: dailyReconciliation,
    spec: { calendars: [{ hour: 3, minute: 0, comment: 'every night at 03:00 UTC' }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
    action: {
      type: 'startWorkflow',
      workflowType: reconciliationWorkflow,
      workflowId: reconciliationWorkflowId('daily'),
      taskQueue: taskQueues.checkout,
      args: [{ days }],
    },
  },
  ...sweeps.map(
    ({ of, scheduleId }): ScheduleOptions => ({
      scheduleId,
      spec: { intervals: [{ every: '15 minutes' }] },
      // What an outage has skipped is not caught up with, since a run looks at everything.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: sweepWorkflow,
        workflowId: scheduleId,
        taskQueue: of,
        args: [{ of }],
      },
    }),
  ),
  {
    scheduleId: invoiceRemindersId,
    spec: { calendars: [{ hour: '*', minute: 0, comment: 'every hour' }] },
    // What an outage has skipped is not caught up with, since a run looks at everything.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType: invoiceRemindersWorkflow,
      workflowId: invoiceRemindersId,
      taskQueue: taskQueues.backOffice,
    },
  },
  ...copyKeepers.map(
    (service): ScheduleOptions => ({
      scheduleId: userCheckScheduleId(service),
      spec: { calendars: [{ hour: 3, minute: 30, comment: 'every night at 03:30 UTC' }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' },
      action: {
        type: 'startWorkflow',
        workflowType: userCheckWorkflow,
        workflowId: userCheckWorkflowId(userCheckIdOf(service, 'nightly')),
        taskQueue: taskQueues.backOffice,
        args: [{ service }],
      },
    }),
  ),
];

/** Makes the schedules known to a namespace, or brings them up to date; one that people have paused stays paused. */
export async function ensureSchedules(client: Client): Promise<void> {
  for (const options of schedules) await ensureSchedule(client, options);
}

/** Makes one schedule known to a namespace, or brings it up to date; one that people have paused stays paused. */
export async function ensureSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule
      .getHandle(options.scheduleId)
      .update(
        ({ state }) => ({ ...options, state }) as ScheduleUpdateOptions<ScheduleOptionsStartWorkflowAction<Workflow>>,
      );
  }
}
