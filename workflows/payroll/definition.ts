import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import { type PayrollId, type PayrollResult, type PayrollStatus, payrollIdSchema } from './contract.ts';
import { cancelPayrollUpdate, payrollStatusQuery, payrollWorkflow, payrollWorkflowId } from './messages.ts';
import { payrollCancelled } from './reasons.ts';
import { type PayrollMemory, recallPayrollResult } from './recall.ts';

/** What the payroll of a month is to those who follow it. */
export const payrollProcess: ProcessDefinition<
  PayrollId,
  PayrollStatus,
  PayrollResult,
  { readonly payroll: PayrollMemory }
> = {
  kind: 'payroll',
  workflowTypes: [payrollWorkflow],
  workflowIdOf: payrollWorkflowId,
  idField: 'payrollId',
  idSchema: payrollIdSchema,
  statusQuery: payrollStatusQuery,
  cancelUpdate: cancelPayrollUpdate,
  states: {
    ...commonStates,
    'needs-correction': 'waits',
    'awaiting-approval': 'waits',
    'awaiting-pay-day': 'waits',
  },
  listing: { columns: ['state'] },
  cancelledAs: payrollCancelled,
  aftermath: 'the payroll service knows whether it is posted; prepare it again under the same month where it is not',
  recall: ({ payroll }, payrollId) => recallPayrollResult(payroll, payrollId),
  idsOf: (payrollId) => ({ payrollId }),
};
