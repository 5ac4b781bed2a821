import { defineQuery } from '@temporalio/workflow';
import type { UserCheckStatus } from './contract.ts';

/** Where the check stands, without any I/O. */
export const userCheckStatusQuery = defineQuery<UserCheckStatus>('status');

/** The name of the workflow type. */
export const userCheckWorkflow = 'userCheck';

/** The workflow id of a check; the schedule adds the time to its own. */
export const userCheckWorkflowId = (checkId: string) => `user-check/${checkId}`;

/** The id of the schedule. */
export const userCheckScheduleId = 'user-check';
