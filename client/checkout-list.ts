import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { Currency } from '../contracts/currency.ts';
import { ServiceFailure } from '../contracts/failures.ts';
import { checkoutIdSchema } from '../contracts/identifiers.ts';
import type { CheckoutState, CheckoutStatus } from '../workflows/checkout/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId, recoverCheckoutWorkflow } from '../workflows/checkout/messages.ts';
import type { Escalation, Waiting } from '../workflows/kit/contract.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { isEnd, isWaiting, stateOf } from './process-states.ts';
import { listRows } from './workflow-list.ts';

/** Which checkouts are listed. */
export interface CheckoutFilter {
  readonly state?: CheckoutState;
  /** Only those that an operator has to look after. */
  readonly needsOperator?: boolean;
  /**
   * How many at most.
   *
   * @default 100
   */
  readonly limit?: number;
}

/** One row of the list of checkouts. */
export interface CheckoutSummary {
  /** The id of the workflow where Temporal's own client has started it under one that names no checkout. */
  readonly checkoutId: string;
  readonly workflowId: string;
  /** Nothing until a checkout that Temporal's own client has started has told it. */
  readonly customerId: string | undefined;
  readonly state: CheckoutState;
  /** Minor units of the currency. */
  readonly total: number | undefined;
  readonly currency: Currency | undefined;
  readonly needsOperator: boolean;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Whom it waits for, and what for. */
  readonly waitingFor?: Waiting | undefined;
  /** The calls that an operator looks after. */
  readonly escalations?: readonly Escalation[];
}

const atOnce = 8;

/**
 * Lists checkouts, newest first, by what Visibility knows of them; only those that wait are asked what for.
 *
 * @param ask by the id of the workflow
 * @throws {ServiceFailure} as Temporal fails; a checkout that does not answer is listed without what it waits for
 */
export async function listCheckouts(
  temporal: Client,
  { state, needsOperator, limit = 100 }: CheckoutFilter,
  ask: (workflowId: string) => Promise<CheckoutStatus>,
): Promise<CheckoutSummary[]> {
  const conditions = [
    `WorkflowType IN ('${checkoutWorkflow}', '${recoverCheckoutWorkflow}')`,
    ...(state ? conditionsOf(state) : []),
    // What was cut off while it needed an operator takes no decision any more.
    ...(needsOperator ? [`${searchAttributes.needsOperator.name} = true`, 'CloseTime IS NULL'] : []),
  ];
  const rows = await listRows(temporal, conditions, limit, (execution) => {
    if (hadItDone(execution)) return undefined;
    const row = summaryOf(execution);
    return state && row.state !== state ? undefined : row;
  });
  const open = rows.entries();
  const takeTurns = async () => {
    for (const [index, row] of open) {
      if (!row.needsOperator && !isWaiting(row.state)) continue;
      try {
        const { waitingFor, needsOperator: escalations } = await ask(row.workflowId);
        rows[index] = { ...row, waitingFor, escalations };
      } catch (error) {
        // Without a worker no query is answered, and every question takes its time.
        if (!(error instanceof ServiceFailure) || error.failure.retryable) return;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return rows;
}

/** What a checkout has written down holds only until Temporal ends it: the row says in the end which state it is in. */
function conditionsOf(state: CheckoutState): string[] {
  const attribute = searchAttributes.checkoutStatus.name;
  const written = `${attribute} = '${state}'`;
  switch (state) {
    case 'terminated':
      return ["ExecutionStatus = 'Terminated'"];
    case 'timed-out':
      return ["ExecutionStatus = 'TimedOut'"];
    case 'cancelled':
      return [`(${written} OR ExecutionStatus = 'Canceled')`];
    case 'failed':
      return [`(${written} OR ExecutionStatus = 'Failed')`];
    case 'running':
      return [`(${written} OR ${attribute} IS NULL)`, 'CloseTime IS NULL'];
    default:
      return isEnd(state) ? [written] : [written, 'CloseTime IS NULL'];
  }
}

/** What ended well without a word of its own had another workflow do it, which is listed and knows how it ended. */
const hadItDone = ({ status, typedSearchAttributes: attributes }: WorkflowExecutionInfo): boolean =>
  status.name === 'COMPLETED' && attributes.get(searchAttributes.checkoutStatus) === undefined;

function summaryOf(execution: WorkflowExecutionInfo): CheckoutSummary {
  const { workflowId, typedSearchAttributes: attributes, memo, startTime, closeTime } = execution;
  return {
    checkoutId: checkoutIdOf(workflowId),
    workflowId,
    customerId: attributes.get(searchAttributes.customerId),
    state: stateOf(execution, attributes.get(searchAttributes.checkoutStatus)),
    total: attributes.get(searchAttributes.orderTotal),
    currency: memo?.['currency'] as Currency | undefined,
    needsOperator: !closeTime && (attributes.get(searchAttributes.needsOperator) ?? false),
    startedAt: startTime.toISOString(),
  };
}

function checkoutIdOf(workflowId: string): string {
  const id = workflowId.slice(checkoutWorkflowId('').length);
  return checkoutWorkflowId(id) === workflowId && checkoutIdSchema.safeParse(id).success ? id : workflowId;
}
