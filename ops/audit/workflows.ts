import type { Client } from '@temporalio/client';
import { searchAttributes } from '../../workflows/search-attributes.ts';

/** A workflow that is open, as Visibility knows it. */
export interface OpenWorkflow {
  readonly workflowId: string;
  readonly type: string;
  readonly orderId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly needsOperator: boolean;
}

/** How many workflows of one state there are. */
export interface WorkflowCount {
  /** As Temporal names it: `Running`, `Completed`, `Failed`, … */
  readonly status: string;
  readonly count: number;
}

/** All workflows that are open. */
export async function listOpenWorkflows(temporal: Client): Promise<OpenWorkflow[]> {
  const open: OpenWorkflow[] = [];
  for await (const found of temporal.workflow.list({ query: "ExecutionStatus = 'Running'", pageSize: 1_000 })) {
    const { workflowId, type, typedSearchAttributes: attributes } = found;
    open.push({
      ...{ workflowId, type },
      orderId: attributes.get(searchAttributes.orderId),
      customerId: attributes.get(searchAttributes.customerId),
      needsOperator: attributes.get(searchAttributes.needsOperator) ?? false,
    });
  }
  return open;
}

/** How many workflows there are that Temporal still knows, by their state. */
export async function countWorkflows(temporal: Client): Promise<WorkflowCount[]> {
  const { groups } = await temporal.workflow.count('GROUP BY ExecutionStatus');
  return groups.map(({ count, groupValues }) => ({ status: String(groupValues[0]), count }));
}
