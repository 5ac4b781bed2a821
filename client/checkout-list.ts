import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import type { Currency } from '../contracts/currency.ts';
import type { CheckoutState, CheckoutStatus } from '../workflows/checkout/contract.ts';
import { checkoutWorkflow, checkoutWorkflowId } from '../workflows/checkout/messages.ts';
import type { Matter, Waiting } from '../workflows/process/contract.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { listWorkflows } from './workflow-list.ts';

/** Which checkouts are listed. */
export interface CheckoutFilter {
  readonly state?: CheckoutState;
  /** Only those that an operator has to look after. */
  readonly needsOperator?: boolean;
  /** How many at most; 100 unless said otherwise. */
  readonly limit?: number;
}

/** One row of the list of checkouts. */
export interface CheckoutSummary {
  readonly checkoutId: string;
  readonly customerId: string | undefined;
  readonly state: CheckoutState | undefined;
  /** Minor units of the currency. */
  readonly total: number | undefined;
  readonly currency: Currency | undefined;
  readonly needsOperator: boolean;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Whom it waits for, and what for. */
  readonly waitingFor?: Waiting | undefined;
  /** The calls that an operator looks after. */
  readonly matters?: readonly Matter[];
}

const waits: ReadonlySet<CheckoutState | undefined> = new Set(['needs-action', 'in-review', 'payment-unknown']);
const atOnce = 8;

/**
 * Lists checkouts, newest first, by what Temporal's list knows of them; only those that wait are asked what for.
 *
 * @throws {ServiceFailure} as Temporal fails; a checkout that does not answer is listed without what it waits for
 */
export async function listCheckouts(
  temporal: Client,
  { state, needsOperator, limit = 100 }: CheckoutFilter,
  ask: (checkoutId: string) => Promise<CheckoutStatus>,
): Promise<CheckoutSummary[]> {
  const conditions = [
    `WorkflowType = '${checkoutWorkflow}'`,
    ...(state ? [`${searchAttributes.checkoutStatus.name} = '${state}'`] : []),
    ...(needsOperator ? [`${searchAttributes.needsOperator.name} = true`] : []),
  ];
  const rows = (await listWorkflows(temporal, conditions, limit)).map(summaryOf);
  const open = rows.entries();
  const takeTurns = async () => {
    for (const [index, row] of open) {
      if (!row.needsOperator && !waits.has(row.state)) continue;
      const status = await ask(row.checkoutId).catch(() => undefined);
      // Without a worker nobody answers, and every question takes its time.
      if (!status) return;
      rows[index] = { ...row, waitingFor: status.waitingFor, matters: status.needsOperator };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return rows;
}

function summaryOf({
  workflowId,
  typedSearchAttributes: attributes,
  memo,
  startTime,
}: WorkflowExecutionInfo): CheckoutSummary {
  return {
    checkoutId: workflowId.slice(checkoutWorkflowId('').length),
    customerId: attributes.get(searchAttributes.customerId),
    state: attributes.get(searchAttributes.checkoutStatus) as CheckoutState | undefined,
    total: attributes.get(searchAttributes.orderTotal),
    currency: memo?.['currency'] as Currency | undefined,
    needsOperator: attributes.get(searchAttributes.needsOperator) ?? false,
    startedAt: startTime.toISOString(),
  };
}
