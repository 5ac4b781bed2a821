import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { translateTemporalError } from './temporal-failures.ts';

/**
 * What Temporal's list knows of the workflows that meet every condition, newest first. The list may be a moment behind.
 *
 * @param limit how many at most; all unless said otherwise
 * @throws {ServiceFailure} as Temporal fails
 */
export async function listWorkflows(
  temporal: Client,
  conditions: readonly string[],
  limit = Number.POSITIVE_INFINITY,
): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  try {
    for await (const execution of temporal.workflow.list({ query: conditions.join(' AND ') })) {
      found.push(execution);
      if (found.length >= limit) break;
    }
  } catch (error) {
    throw translateTemporalError(error);
  }
  return found;
}
