import { taskQueues } from '../task-queues.ts';

/** The name of the workflow type. */
export const sweepWorkflow = 'sweep';

/**
 * The sweeps: one for each task queue whose processes hold something, as only its worker knows the services that keep it. The workflow
 * id is that of the sweeps that people ask for; those of the schedule have ids that it gives them.
 */
export const sweeps = [
  { of: taskQueues.checkout, workflowId: 'sweep/now', scheduleId: 'sweep' },
  { of: taskQueues.backOffice, workflowId: 'back-office-sweep/now', scheduleId: 'back-office-sweep' },
] as const;
