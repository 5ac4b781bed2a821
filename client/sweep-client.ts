import type { Client } from '@temporalio/client';
import { parse } from '../contracts/validation.ts';
import { type SweepRequest, type SweepResult, sweepRequestSchema } from '../workflows/sweep/contract.ts';
import { sweepWorkflow, sweepWorkflowId } from '../workflows/sweep/messages.ts';
import { taskQueues } from '../workflows/task-queues.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** Sweeps now, beside the schedule; every method throws `ServiceFailure` for what goes wrong as expected. */
export class SweepClient {
  readonly #temporal: Client;

  constructor(temporal: Client) {
    this.#temporal = temporal;
  }

  /** Takes over what no running workflow owns, and waits for the end; while a sweep of this kind runs, waits for that one. */
  async sweep(request: SweepRequest = {}): Promise<SweepResult> {
    try {
      return await this.#temporal.workflow.execute<(request: SweepRequest) => Promise<SweepResult>>(sweepWorkflow, {
        workflowId: sweepWorkflowId,
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: taskQueues.checkout,
        args: [parse(sweepRequestSchema, request)],
      });
    } catch (error) {
      throw translateTemporalError(error);
    }
  }
}
