import type { Client } from '@temporalio/client';
import { parse } from '../contracts/validation.ts';
import { type SweepRequest, type SweepResult, sweepRequestSchema } from '../workflows/sweep/contract.ts';
import { sweeps, sweepWorkflow } from '../workflows/sweep/messages.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** Sweeps now, beside the schedule; every method throws `ServiceFailure` for what goes wrong as expected. */
export class SweepClient {
  readonly #temporal: Client;

  constructor(temporal: Client) {
    this.#temporal = temporal;
  }

  /** Takes over what no running workflow owns, and waits for the end; while a sweep of this kind runs, waits for that one. */
  async sweep(request: SweepRequest = {}): Promise<SweepResult> {
    const asked = parse(sweepRequestSchema, request);
    const wanted = sweeps.filter(({ of }) => (asked.of ?? of) === of);
    const results = await Promise.all(
      wanted.map((each) => this.#sweepQueue({ ...asked, of: each.of }, each.workflowId)),
    );
    return {
      looked: results.reduce((sum, { looked }) => sum + looked, 0),
      recovered: results.flatMap(({ recovered }) => recovered),
    };
  }

  async #sweepQueue(
    request: SweepRequest & Pick<(typeof sweeps)[number], 'of'>,
    workflowId: string,
  ): Promise<SweepResult> {
    try {
      return await this.#temporal.workflow.execute<(request: SweepRequest) => Promise<SweepResult>>(sweepWorkflow, {
        workflowId,
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: request.of,
        args: [request],
      });
    } catch (error) {
      throw translateTemporalError(error);
    }
  }
}
