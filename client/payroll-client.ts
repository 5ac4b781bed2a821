import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ServiceFailure } from '../contracts/failures.ts';
import { monthlyInvoicingRefusals } from '../contracts/monthly-invoicing-refusals.ts';
import { parse } from '../contracts/validation.ts';
import { type DecidedBy, type Decision, decidedBySchema } from '../workflows/kit/contract.ts';
import {
  type Exclusion,
  exclusionSchema,
  type PayrollId,
  type PayrollInput,
  type PayrollRequest,
  type PayrollResult,
  type PayrollStatus,
  payrollRequestSchema,
} from '../workflows/payroll/contract.ts';
import { payrollProcess } from '../workflows/payroll/definition.ts';
import {
  excludeUpdate,
  payrollWorkflow,
  payrollWorkflowId,
  payUpdate,
  recalculateUpdate,
} from '../workflows/payroll/messages.ts';
import type { PayrollMemory } from '../workflows/payroll/recall.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { ApprovedProcessClient } from './approved-process-client.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** Has months of groups paid, and follows that. Every method throws `ServiceFailure` for expected failures. */
export class PayrollClient extends ApprovedProcessClient<
  PayrollId,
  PayrollStatus,
  PayrollResult,
  { readonly payroll: PayrollMemory }
> {
  /**
   * @param temporal seals the payloads of payrolls with the keys of their worker
   * @param payroll knows the payrolls that Temporal has forgotten
   */
  constructor(temporal: Client, payroll: PayrollMemory) {
    super(temporal, payrollProcess, { payroll });
  }

  /**
   * Begins the payroll of a month: it is calculated, and then waits for corrections and approvals.
   *
   * @throws {ServiceFailure} `InvalidRequest`; `RunInProgress` when the month has a payroll, also one that is paid
   */
  async prepare(input: PayrollInput): Promise<PayrollId> {
    const request = parse(payrollRequestSchema, input);
    const { payrollId } = request;
    try {
      await this.temporal.workflow.start<(request: PayrollRequest) => Promise<PayrollResult>>(payrollWorkflow, {
        workflowId: payrollWorkflowId(payrollId),
        // The payroll service knows whether the month may be paid.
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        taskQueue: taskQueues.payroll,
        args: [request],
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw translateTemporalError(error);
      throw new ServiceFailure(monthlyInvoicingRefusals.RunInProgress, `${payrollId} has a payroll already`, {
        field: 'payrollId',
      });
    }
    return payrollId;
  }

  /** Leaves an employee out. @throws {ServiceFailure} `InvalidState` once it is approved; `NotFound` */
  async exclude(id: string, exclusion: Exclusion): Promise<Decision> {
    const args: [Exclusion] = [parse(exclusionSchema, exclusion)];
    return this.ask(id, (handle) => handle.executeUpdate(excludeUpdate, { args }));
  }

  /** Calculates everything again. @throws {ServiceFailure} `InvalidState` once it is approved; `NotFound` */
  async recalculate(id: string, decided: DecidedBy): Promise<Decision> {
    const args: [DecidedBy] = [parse(decidedBySchema, decided)];
    return this.ask(id, (handle) => handle.executeUpdate(recalculateUpdate, { args }));
  }

  /** Pays now, instead of on the pay day. @throws {ServiceFailure} `InvalidState` unless it is posted; `NotFound` */
  async pay(id: string, decided: DecidedBy): Promise<Decision> {
    const args: [DecidedBy] = [parse(decidedBySchema, decided)];
    return this.ask(id, (handle) => handle.executeUpdate(payUpdate, { args }));
  }
}
