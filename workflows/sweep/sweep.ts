import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowHandle,
  log,
  setCurrentDetails,
  sleep,
  startChild,
  type Workflow,
} from '@temporalio/workflow';
import type { createSweepActivities } from '../../activities/sweep.ts';
import { defineCalls } from '../kit/calls.ts';
import type { ProcessResult } from '../kit/contract.ts';
import { beforePivot } from '../kit/retry-policies.ts';
import type { SweptProcess } from '../kit/swept-process.ts';
import { taskQueues } from '../task-queues.ts';
import type { Recovery, SweepRequest, SweepResult } from './contract.ts';
import { swept } from './list.ts';

const calls = defineCalls<ReturnType<typeof createSweepActivities<string>>>()({
  // A page of a hundred ids, each of which Temporal is asked about.
  findAbandoned: {
    summary: 'find what no running workflow owns',
    startToCloseTimeout: '30s',
    total: 10 * 60_000,
    retry: beforePivot,
  },
})();

/**
 * Finds what the services hold for processes that no running workflow owns, since people have terminated or deleted it, or
 * it ran out of time: undoes what is not past its pivot, or finishes it, as its process does, and publishes what was not
 * published.
 *
 * Who takes a process over has the process's own workflow id, so there is never a second owner: what is running, or
 * begins to run in this moment, cannot be taken.
 */
export async function sweep({
  olderThanSeconds = 900,
  of = taskQueues.checkout,
}: SweepRequest = {}): Promise<SweepResult> {
  let looked = 0;
  const recovered: Recovery[] = [];
  const holdings = swept[of].flatMap((process: SweptProcess) => process.holdings.map((kind) => ({ process, kind })));
  for (const { process, kind } of holdings) {
    let after: string | undefined;
    do {
      const page = await calls.findAbandoned({ kind, olderThanSeconds, ...(after && { after }) });
      looked += page.looked;
      recovered.push(...(await recoverAll(process, page.abandoned)));
      after = page.next;
      show(looked, recovered);
    } while (after !== undefined);
  }
  if (recovered.length > 0) log.warn('processes without a workflow were taken over', { recovered });
  return { looked, recovered };
}

/** Side by side; one that takes long goes on without the sweep. */
async function recoverAll(process: SweptProcess, workflowIds: readonly string[]): Promise<Recovery[]> {
  const started = await Promise.all(workflowIds.map(async (id) => ({ id, child: await recover(process, id) })));
  const running = started.flatMap(({ id, child }) => (child ? [{ id, child }] : []));
  if (running.length === 0) return [];
  const outcomes = new Map<string, ProcessResult['outcome']>();
  const ends = running.map(async ({ id, child }) => {
    const result = await (child.result() as Promise<ProcessResult>).catch(() => undefined);
    outcomes.set(id, result?.outcome ?? 'failed');
  });
  await Promise.race([Promise.all(ends), sleep('30 seconds')]);
  return running.map(({ id: workflowId }) => ({
    process: process.kind,
    id: idOf(workflowId),
    outcome: outcomes.get(workflowId) ?? 'in progress',
  }));
}

/** @param workflowId `checkout/c-1` */
const idOf = (workflowId: string): string => workflowId.slice(workflowId.indexOf('/') + 1);

async function recover(
  { requestOf, workflowType }: SweptProcess,
  workflowId: string,
): Promise<ChildWorkflowHandle<Workflow> | undefined> {
  const request = await requestOf(idOf(workflowId));
  return request === undefined ? undefined : takeOver(workflowType, workflowId, request);
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
