import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowHandle,
  log,
  setCurrentDetails,
  sleep,
  startChild,
  type Workflow,
} from '@temporalio/workflow';
import type { CheckoutActivities } from '../../activities/index.ts';
import type { RefundId } from '../../contracts/identifiers.ts';
import { recoverCheckoutWorkflow } from '../checkout/messages.ts';
import { defineCalls } from '../kit/calls.ts';
import type { ProcessResult } from '../kit/contract.ts';
import { beforePivot } from '../kit/retry-policies.ts';
import { refundWorkflow, refundWorkflowId } from '../refund/messages.ts';
import { type Recovery, type SweepRequest, type SweepResult, sweptKinds } from './contract.ts';

const call = { total: 10 * 60_000, retry: beforePivot } as const;

const calls = defineCalls<CheckoutActivities>()({
  // A page of a hundred ids, each of which Temporal is asked about.
  findAbandoned: { summary: 'find what no running workflow owns', startToCloseTimeout: '30s', ...call },
  recallRefundRequest: { summary: 'recall what a refund was asked for with', startToCloseTimeout: '5s', ...call },
})();

/**
 * Finds what the services hold for processes that no running workflow owns, since people have terminated or deleted it, or
 * it ran out of time: undoes a checkout that was not paid for, finishes one that was, and a refund, and publishes what they
 * have not published.
 *
 * Whoever takes a process over has the process's own workflow id, so there is never a second owner: what is running, or
 * begins to run in this moment, cannot be taken.
 */
export async function sweep({ olderThanSeconds = 900 }: SweepRequest = {}): Promise<SweepResult> {
  let looked = 0;
  const recovered: Recovery[] = [];
  for (const kind of sweptKinds) {
    let after: string | undefined;
    do {
      const page = await calls.findAbandoned({ kind, olderThanSeconds, ...(after && { after }) });
      looked += page.looked;
      recovered.push(...(await recoverAll(page.abandoned)));
      after = page.next;
      show(looked, recovered);
    } while (after !== undefined);
  }
  if (recovered.length > 0) log.warn('processes without a workflow were taken over', { recovered });
  return { looked, recovered };
}

/** Side by side; one that takes long goes on without the sweep. */
async function recoverAll(workflowIds: readonly string[]): Promise<Recovery[]> {
  const started = await Promise.all(workflowIds.map(async (id) => ({ id, child: await recover(id) })));
  const running = started.flatMap(({ id, child }) => (child ? [{ id, child }] : []));
  if (running.length === 0) return [];
  const outcomes = new Map<string, ProcessResult['outcome']>();
  const ends = running.map(async ({ id, child }) => {
    const result = await (child.result() as Promise<ProcessResult>).catch(() => undefined);
    outcomes.set(id, result?.outcome ?? 'failed');
  });
  await Promise.race([Promise.all(ends), sleep('30 seconds')]);
  return running.map(({ id: workflowId }) => ({
    ...processOf(workflowId),
    outcome: outcomes.get(workflowId) ?? 'in progress',
  }));
}

/** @param workflowId `checkout/c-1` or `refund/r-1` */
function processOf(workflowId: string): Pick<Recovery, 'process' | 'id'> {
  const id = workflowId.slice(workflowId.indexOf('/') + 1);
  return { process: workflowId === refundWorkflowId(id) ? 'refund' : 'checkout', id };
}

async function recover(workflowId: string): Promise<ChildWorkflowHandle<Workflow> | undefined> {
  const { process, id } = processOf(workflowId);
  if (process === 'checkout') return takeOver(recoverCheckoutWorkflow, workflowId, { checkoutId: id });
  const request = await calls.recallRefundRequest(id as RefundId);
  return request === undefined ? undefined : takeOver(refundWorkflow, workflowId, request);
}

/** @returns `undefined` when a workflow owns the process after all */
async function takeOver(
  workflowType: string,
  workflowId: string,
  request: unknown,
): Promise<ChildWorkflowHandle<Workflow> | undefined> {
  try {
    return await startChild(workflowType, {
      workflowId,
      args: [request],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: 'ABANDON',
    });
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

function show(looked: number, recovered: readonly Recovery[]): void {
  const rows = recovered.map(({ process, id, outcome }) => `- ${process} ${id}: ${outcome}`);
  setCurrentDetails([`${looked} looked at, ${recovered.length} taken over`, ...rows].join('\n\n'));
}
