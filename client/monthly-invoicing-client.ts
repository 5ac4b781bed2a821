import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ServiceFailure } from '../contracts/failures.ts';
import { monthlyInvoicingRefusals } from '../contracts/monthly-invoicing-refusals.ts';
import { parse } from '../contracts/validation.ts';
import { type DecidedBy, type Decision, decidedBySchema } from '../workflows/kit/contract.ts';
import {
  type InvoicingId,
  type InvoicingResult,
  type InvoicingStatus,
  type MonthlyInvoicingRequest,
  monthlyInvoicingRequestSchema,
} from '../workflows/monthly-invoicing/contract.ts';
import { monthlyInvoicingProcess } from '../workflows/monthly-invoicing/definition.ts';
import {
  continueUpdate,
  monthlyInvoicingWorkflow,
  monthlyInvoicingWorkflowId,
  pauseUpdate,
} from '../workflows/monthly-invoicing/messages.ts';
import type { InvoicingMemory } from '../workflows/monthly-invoicing/recall.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { ProcessClient } from './process-client.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** Has months invoiced, and follows that. Every method throws `ServiceFailure` for expected failures. */
export class MonthlyInvoicingClient extends ProcessClient<
  InvoicingId,
  InvoicingStatus,
  InvoicingResult,
  { readonly billing: InvoicingMemory }
> {
  /** @param billing knows the runs that Temporal has forgotten */
  constructor(temporal: Client, billing: InvoicingMemory) {
    super(temporal, monthlyInvoicingProcess, { billing });
  }

  /**
   * Has a month invoiced now, beside the schedule. Those who have their invoice are left as they are, so it is begun again
   * when those who failed can be invoiced.
   *
   * @param invoicingId `oak-court/2026-02`
   * @throws {ServiceFailure} `InvalidRequest`; `RunInProgress` while the month is being invoiced
   */
  async start(invoicingId: string): Promise<InvoicingId> {
    const request = parse(monthlyInvoicingRequestSchema, { invoicingId });
    try {
      await this.temporal.workflow.start<(request: MonthlyInvoicingRequest) => Promise<InvoicingResult>>(
        monthlyInvoicingWorkflow,
        {
          workflowId: monthlyInvoicingWorkflowId(invoicingId),
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
          taskQueue: taskQueues.backOffice,
          args: [request],
          staticSummary: `invoices of ${invoicingId}`,
        },
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw translateTemporalError(error);
      throw new ServiceFailure(monthlyInvoicingRefusals.RunInProgress, `${invoicingId} is being invoiced already`);
    }
    return request.invoicingId;
  }

  /** Issues nothing more after the batch that is in progress. @throws {ServiceFailure} `InvalidState`; `NotFound` */
  async pause(id: string, decided: DecidedBy): Promise<Decision> {
    return this.#decide(id, pauseUpdate, decided);
  }

  /** Goes on after a pause. @throws {ServiceFailure} `InvalidState` when it is not paused; `NotFound` */
  async continue(id: string, decided: DecidedBy): Promise<Decision> {
    return this.#decide(id, continueUpdate, decided);
  }

  #decide(id: string, update: typeof pauseUpdate, decided: DecidedBy): Promise<Decision> {
    const args: [DecidedBy] = [parse(decidedBySchema, decided)];
    return this.ask(id, (handle) => handle.executeUpdate(update, { args }));
  }
}
