import { type PaymentReversalId, paymentReversalIdSchema } from '../../contracts/identifiers.ts';
import { customerColumn } from '../customer-facts.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { taskQueues } from '../task-queues.ts';
import type { PaymentReversalResult, PaymentReversalStatus } from './contract.ts';
import {
  paymentReversalChangedSignal,
  paymentReversalStatusQuery,
  paymentReversalWorkflow,
  paymentReversalWorkflowId,
} from './messages.ts';

/** What takes the payment of an invoice back, to those who follow it. */
export const paymentReversalProcess: ProcessDefinition<
  PaymentReversalId,
  PaymentReversalStatus,
  PaymentReversalResult
> = {
  kind: 'payment-reversal',
  workflowTypes: [paymentReversalWorkflow],
  workflowIdOf: paymentReversalWorkflowId,
  idField: 'reversalId',
  idSchema: paymentReversalIdSchema,
  statusQuery: paymentReversalStatusQuery,
  takesUp: { what: 'payment-reversal', taskQueue: taskQueues.backOffice },
  changedSignal: paymentReversalChangedSignal,
  states: { ...commonStates, open: 'waits' },
  listing: { columns: [customerColumn, 'state'] },
  cancelledAs: { type: 'InvalidState', message: 'what was made at the provider cannot be cancelled' },
  aftermath: 'the nightly comparison with the provider takes it up again',
  idsOf: (reversalId) => ({ reversalId }),
};
