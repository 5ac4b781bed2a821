/** The name of the workflow type. */
export const sweepWorkflow = 'sweep';

/** The workflow id of the sweeps that people ask for; those of the schedule have ids that it gives them. */
export const sweepWorkflowId = 'sweep/now';

/** The id of the schedule. */
export const sweepScheduleId = 'sweep';
