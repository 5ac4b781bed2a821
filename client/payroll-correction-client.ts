import type { Client } from '@temporalio/client';
import type { PayrollCorrectionId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import { contentHash } from '../platform/content-hash.ts';
import {
  type PayrollCorrectionRequest,
  type PayrollCorrectionResult,
  type PayrollCorrectionStatus,
  payrollCorrectionRequestSchema,
} from '../workflows/payroll-correction/contract.ts';
import { payrollCorrectionProcess } from '../workflows/payroll-correction/definition.ts';
import { payrollCorrectionWorkflow, payrollCorrectionWorkflowId } from '../workflows/payroll-correction/messages.ts';
import type { PayrollCorrectionMemory } from '../workflows/payroll-correction/recall.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { ApprovedProcessClient } from './approved-process-client.ts';
import { contentConflict } from './content-conflict.ts';
import { type SingleStart, startOnce } from './workflow-start.ts';

/** Has payslips corrected, and follows that. Every method throws `ServiceFailure` for expected failures. */
export class PayrollCorrectionClient extends ApprovedProcessClient<
  PayrollCorrectionId,
  PayrollCorrectionStatus,
  PayrollCorrectionResult,
  { readonly payroll: PayrollCorrectionMemory }
> {
  /** @param payroll knows the corrections that Temporal has forgotten */
  constructor(temporal: Client, payroll: PayrollCorrectionMemory) {
    super(temporal, payrollCorrectionProcess, { payroll });
  }

  /** Has a correction approved that is prepared in the payroll service; one that waits already is the same one. */
  async begin(correctionId: string): Promise<void> {
    const request = parse(payrollCorrectionRequestSchema, { correctionId });
    const start: SingleStart<[PayrollCorrectionRequest]> = {
      workflowId: payrollCorrectionWorkflowId(correctionId),
      taskQueue: taskQueues.payroll,
      args: [request],
      memo: { contentHash: contentHash(request) },
      failedBeginsAgain: true,
    };
    await startOnce(this.temporal, payrollCorrectionWorkflow, start, () =>
      contentConflict(`the correction ${correctionId} was begun`, 'correctionId'),
    );
  }
}
