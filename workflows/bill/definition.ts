import { type BillId, billIdSchema } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import type { BillResult, BillStatus } from './contract.ts';
import { billStatusQuery, billWorkflow, billWorkflowId } from './messages.ts';
import { billCancelled } from './reasons.ts';
import { type BillMemory, recallBillResult } from './recall.ts';

/** What a bill is to those who follow it until it is paid. */
export const billProcess: ProcessDefinition<BillId, BillStatus, BillResult, { readonly purchasing: BillMemory }> = {
  kind: 'bill',
  workflowTypes: [billWorkflow],
  workflowIdOf: billWorkflowId,
  idField: 'billId',
  idSchema: billIdSchema,
  statusQuery: billStatusQuery,
  states: { ...commonStates, mismatched: 'waits', 'awaiting-payment': 'waits' },
  listing: { columns: ['state'] },
  cancelledAs: billCancelled,
  aftermath: 'purchasing knows whether it is accepted, and what of it is paid',
  recall: ({ purchasing }, billId) => recallBillResult(purchasing, billId),
  idsOf: (billId) => ({ billId }),
};
