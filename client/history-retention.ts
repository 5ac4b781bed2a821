import type { Client } from '@temporalio/client';
import { translateTemporalError } from './temporal-failures.ts';

/**
 * How long Temporal keeps the history of a process after its end, in seconds: the retention of the namespace.
 *
 * @throws {ServiceFailure} `Unavailable` while Temporal is away
 */
export async function historyRetention({ workflowService, options: { namespace } }: Client): Promise<number> {
  try {
    const { config } = await workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  } catch (error) {
    throw translateTemporalError(error);
  }
}
