import { type DisputeId, disputeIdSchema } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { orderColumn } from '../order-facts.ts';
import { taskQueues } from '../task-queues.ts';
import type { DisputeResult, DisputeStatus } from './contract.ts';
import { disputeChangedSignal, disputeStatusQuery, disputeWorkflow, disputeWorkflowId } from './messages.ts';

/** What a dispute of a payment is to those who follow it. */
export const disputeProcess: ProcessDefinition<DisputeId, DisputeStatus, DisputeResult> = {
  kind: 'dispute',
  workflowTypes: [disputeWorkflow],
  workflowIdOf: disputeWorkflowId,
  idField: 'disputeId',
  idSchema: disputeIdSchema,
  statusQuery: disputeStatusQuery,
  takesUp: { what: 'dispute', taskQueue: taskQueues.checkout },
  changedSignal: disputeChangedSignal,
  states: { ...commonStates, open: 'waits' },
  listing: { columns: [orderColumn, 'state'] },
  cancelledAs: { type: 'InvalidState', message: 'what was made at the provider cannot be cancelled' },
  aftermath: 'the nightly comparison with the provider takes it up again',
  idsOf: (disputeId) => ({ disputeId }),
};
