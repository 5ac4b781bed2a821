import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { type CheckId, checkIdSchema, type UserCheckResult, type UserCheckStatus } from './contract.ts';
import { userCheckStatusQuery, userCheckWorkflow, userCheckWorkflowId } from './messages.ts';

/** What a check of the copies of the accounts is to those who follow it. */
export const userCheckProcess: ProcessDefinition<CheckId, UserCheckStatus, UserCheckResult> = {
  kind: 'user-check',
  workflowTypes: [userCheckWorkflow],
  workflowIdOf: userCheckWorkflowId,
  idField: 'checkId',
  idSchema: checkIdSchema,
  statusQuery: userCheckStatusQuery,
  states: commonStates,
  listing: { columns: ['state'] },
  cancelledAs: { type: 'InvalidState', message: 'a check is not cancelled: the next one looks again' },
  aftermath: 'the check of the next night looks again',
  idsOf: (checkId) => ({ checkId }),
};
