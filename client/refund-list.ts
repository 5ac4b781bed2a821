import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { type OrderId, refundIdSchema } from '../contracts/identifiers.ts';
import type { RefundResult, RefundState } from '../workflows/refund/contract.ts';
import { refundProcess } from '../workflows/refund/definition.ts';
import { refundWorkflow, refundWorkflowId } from '../workflows/refund/messages.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { type UnfinishedState, unfinishedStateOf } from './process-states.ts';
import { endOf } from './workflow-ends.ts';
import { listRows } from './workflow-list.ts';

/** The states that refunds are listed by. */
export type ListedRefundState = Exclude<RefundState, 'compensating'>;

/** Which refunds are listed. */
export interface RefundFilter {
  readonly orderId?: OrderId;
  readonly state?: ListedRefundState;
  /** Only those that an operator has to look after. */
  readonly needsOperator?: boolean;
  /**
   * How many at most.
   *
   * @default 100
   */
  readonly limit?: number;
}

/** One row of the list of refunds. */
export interface RefundSummary {
  /** The id of the workflow where Temporal's own client has started it under one that names no refund. */
  readonly refundId: string;
  readonly workflowId: string;
  readonly orderId: string | undefined;
  readonly state: ListedRefundState;
  readonly needsOperator: boolean;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
}

/** What Visibility calls each of them; a refund that was refused has completed as a workflow. */
const executionStatus: Readonly<Record<ListedRefundState, string>> = {
  running: 'CloseTime IS NULL',
  completed: "ExecutionStatus = 'Completed'",
  refused: "ExecutionStatus = 'Completed'",
  cancelled: "ExecutionStatus = 'Canceled'",
  failed: "ExecutionStatus = 'Failed'",
  terminated: "ExecutionStatus = 'Terminated'",
  'timed-out': "ExecutionStatus = 'TimedOut'",
} satisfies Record<ListedRefundState | UnfinishedState, string>;

/**
 * Lists refunds, newest first.
 *
 * @throws {ServiceFailure} as Temporal fails
 */
export function listRefunds(
  temporal: Client,
  { orderId, state, needsOperator, limit = 100 }: RefundFilter,
): Promise<RefundSummary[]> {
  const conditions = [
    `WorkflowType = '${refundWorkflow}'`,
    ...(orderId ? [`${searchAttributes.orderId.name} = '${orderId}'`] : []),
    ...(state ? [executionStatus[state]] : []),
    // What was cut off while it needed an operator takes no decision any more.
    ...(needsOperator ? [`${searchAttributes.needsOperator.name} = true`, 'CloseTime IS NULL'] : []),
  ];
  return listRows(temporal, conditions, limit, async (execution) => {
    const row = await summaryOf(temporal, execution);
    return state && row.state !== state ? undefined : row;
  });
}

async function summaryOf(temporal: Client, execution: WorkflowExecutionInfo): Promise<RefundSummary> {
  const { workflowId, typedSearchAttributes: attributes, startTime, closeTime } = execution;
  return {
    refundId: refundIdOf(workflowId),
    workflowId,
    orderId: attributes.get(searchAttributes.orderId),
    state: await stateOf(temporal, execution),
    needsOperator: !closeTime && (attributes.get(searchAttributes.needsOperator) ?? false),
    startedAt: startTime.toISOString(),
  };
}

/** Only its result tells whether a refund that ended was paid. */
async function stateOf(temporal: Client, execution: WorkflowExecutionInfo): Promise<ListedRefundState> {
  const { workflowId, runId, closeTime } = execution;
  const unfinished = unfinishedStateOf(execution);
  if (unfinished || !closeTime) return unfinished ?? 'running';
  const subject = { process: refundProcess, id: refundIdOf(workflowId) };
  // Visibility lists a workflow for a moment after it was deleted.
  const end = await endOf<RefundResult>(temporal.workflow.getHandle(workflowId, runId), subject).catch(() => undefined);
  return end && 'result' in end ? end.result.outcome : 'completed';
}

function refundIdOf(workflowId: string): string {
  const id = workflowId.slice(refundWorkflowId('').length);
  return refundWorkflowId(id) === workflowId && refundIdSchema.safeParse(id).success ? id : workflowId;
}
