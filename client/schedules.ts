import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  type ScheduleUpdateOptions,
  type Workflow,
} from '@temporalio/client';
import { sweepScheduleId, sweepWorkflow } from '../workflows/sweep/messages.ts';
import { taskQueues } from '../workflows/task-queues.ts';

/** What runs by itself. One run at a time; what an outage has skipped is not caught up with, since a run looks at everything. */
const schedules: readonly ScheduleOptions[] = [
  {
    scheduleId: sweepScheduleId,
    spec: { intervals: [{ every: '15 minutes' }] },
    policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType: sweepWorkflow,
      workflowId: 'sweep',
      taskQueue: taskQueues.checkout,
      args: [{}],
    },
  },
];

/** Makes the schedules, or brings them up to date; one that people have paused stays paused. */
export async function registerSchedules(client: Client): Promise<void> {
  for (const options of schedules) {
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
}
