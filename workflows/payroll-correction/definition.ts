import { type PayrollCorrectionId, payrollCorrectionIdSchema } from '../../contracts/identifiers.ts';
import { commonStates, type ProcessDefinition } from '../kit/definition.ts';
import type { PayrollCorrectionResult, PayrollCorrectionStatus } from './contract.ts';
import {
  cancelPayrollCorrectionUpdate,
  payrollCorrectionStatusQuery,
  payrollCorrectionWorkflow,
  payrollCorrectionWorkflowId,
} from './messages.ts';
import { payrollCorrectionCancelled } from './reasons.ts';
import { type PayrollCorrectionMemory, recallPayrollCorrectionResult } from './recall.ts';

/** What the correction of a payslip is to those who follow it. */
export const payrollCorrectionProcess: ProcessDefinition<
  PayrollCorrectionId,
  PayrollCorrectionStatus,
  PayrollCorrectionResult,
  { readonly payroll: PayrollCorrectionMemory }
> = {
  kind: 'payroll-correction',
  workflowTypes: [payrollCorrectionWorkflow],
  workflowIdOf: payrollCorrectionWorkflowId,
  idField: 'correctionId',
  idSchema: payrollCorrectionIdSchema,
  statusQuery: payrollCorrectionStatusQuery,
  cancelUpdate: cancelPayrollCorrectionUpdate,
  states: { ...commonStates, 'awaiting-approval': 'waits' },
  listing: { columns: ['state'] },
  cancelledAs: payrollCorrectionCancelled,
  aftermath: 'the payroll service knows whether it is posted; the same correction again goes on',
  recall: ({ payroll }, correctionId) => recallPayrollCorrectionResult(payroll, correctionId),
  idsOf: (correctionId) => ({ correctionId }),
};
