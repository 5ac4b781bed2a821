import { defineQuery } from '@temporalio/workflow';
import type { CopyKeeper } from '../../contracts/user-copy.ts';
import type { UserCheckStatus } from './contract.ts';

/** Where the check stands, without any I/O. */
export const userCheckStatusQuery = defineQuery<UserCheckStatus>('status');

/** The name of the workflow type. */
export const userCheckWorkflow = 'userCheck';

/** The workflow id of a check, by its service and a name. */
export const userCheckWorkflowId = (checkId: string) => `user-check/${checkId}`;

/** The id of a check of one service's copy. */
export const userCheckIdOf = (service: CopyKeeper, name: string) => `${service}/${name}`;

/** The id of the schedule of one service. */
export const userCheckScheduleId = (service: CopyKeeper) => `user-check-${service}`;
