import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { ReconciliationRequest } from '../workflows/reconciliation/contract.ts';
import { reconciliationWorkflow, reconciliationWorkflowId } from '../workflows/reconciliation/messages.ts';
import { taskQueues } from '../workflows/task-queues.ts';

/** The schedule of the daily comparison with the payment provider. */
export const dailyReconciliation = 'daily-reconciliation';

/** How far back the daily comparison looks: longer than any system is down. */
const days = 30;

type Reconciliation = (request: ReconciliationRequest) => Promise<unknown>;

/** Makes the schedules known to a namespace; one that is there is set as it is to be, and stays paused where it was. */
export async function ensureSchedules(temporal: Client): Promise<void> {
  const schedule: Omit<ScheduleOptions<ScheduleOptionsStartWorkflowAction<Reconciliation>>, 'scheduleId'> = {
    spec: { calendars: [{ hour: 3, minute: 0, comment: 'every night at 03:00 UTC' }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 day' },
    action: {
      type: 'startWorkflow',
      workflowType: reconciliationWorkflow,
      workflowId: reconciliationWorkflowId('daily'),
      taskQueue: taskQueues.checkout,
      args: [{ days }],
    },
  };
  try {
    await temporal.schedule.create({ scheduleId: dailyReconciliation, ...schedule });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await temporal.schedule.getHandle(dailyReconciliation).update(({ state }) => ({ ...schedule, state }));
  }
}
