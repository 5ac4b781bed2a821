import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { CallOptions } from '../platform/http/contract.ts';
import type { AbandonedPage } from '../workflows/sweep/contract.ts';
import { callService } from './service-call.ts';

export interface PageToSweep<Kind extends string> {
  readonly kind: Kind;
  readonly olderThanSeconds: number;
  /** The last id of the page before. */
  readonly after?: string;
}

/** What a service holds for processes. */
export interface Held {
  /** The workflow that should own what has this id. */
  workflowIdOf(id: string): string;
  /** The ids, the smallest first. */
  list(
    page: Omit<PageToSweep<never>, 'kind'> & { readonly limit: number },
    options: CallOptions,
  ): Promise<readonly string[]>;
}

const pageSize = 100;
const atOnce = 8;

export function createSweepActivities<Kind extends string>(held: Readonly<Record<Kind, Held>>) {
  return {
    /** One page of what the services hold for processes, and which of it no running workflow owns. */
    async findAbandoned({ kind, olderThanSeconds, after }: PageToSweep<Kind>): Promise<AbandonedPage> {
      const { client } = Context.current();
      const page = { olderThanSeconds, limit: pageSize, ...(after && { after }) };
      const ids = await callService((options) => held[kind].list(page, options));
      const abandoned = await filterNotRunning(client, ids.map(held[kind].workflowIdOf));
      const last = ids.at(-1);
      return { looked: ids.length, abandoned, ...(ids.length === pageSize && last && { next: last }) };
    },
  };
}

/** The ids whose newest run has ended, or of which Temporal knows none; sorted. */
async function filterNotRunning(client: Client, workflowIds: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const open = workflowIds.values();
  const takeTurns = async () => {
    for (const workflowId of open) if (!(await isRunning(client, workflowId))) found.push(workflowId);
  };
  await Promise.all(Array.from({ length: atOnce }, takeTurns));
  return found.sort();
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
