import type { Client, RawWorkflowExecutionInfo, WorkflowExecutionInfo } from '@temporalio/client';
import { executionInfoFromRaw } from '@temporalio/client/lib/helpers.js';
import { ServiceFailure } from '../contracts/failures.ts';
import { contentHash } from '../platform/content-hash.ts';
import { translateTemporalError } from './temporal-failures.ts';

/** How many ids one query names. */
const batchSize = 100;

const checkLength = 16;

/**
 * The workflows that meet every condition as Visibility, which is eventually consistent, knows them; newest first.
 *
 * @param limit how many at most
 * @default limit all
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

/**
 * Lists processes by rows made of their workflows. Of a workflow that was reset or started again only the newest run
 * counts: what an older one has come to is not what holds.
 *
 * @param toRow the row of a workflow; nothing where it does not belong to the list
 * @throws {ServiceFailure} as Temporal fails
 */
export async function listRows<Row>(
  temporal: Client,
  conditions: readonly string[],
  limit: number,
  toRow: (execution: WorkflowExecutionInfo) => Promise<Row | undefined> | Row | undefined,
): Promise<Row[]> {
  const rows: Row[] = [];
  let batch: WorkflowExecutionInfo[] = [];
  const flush = async () => {
    const newest = await newestRuns(temporal, batch);
    const made = await Promise.all(batch.filter(({ runId }) => newest.has(runId)).map(toRow));
    rows.push(...made.filter((row) => row !== undefined));
    batch = [];
  };
  const pageSize = Math.min(limit, batchSize);
  try {
    for await (const execution of temporal.workflow.list({ query: conditions.join(' AND '), pageSize })) {
      batch.push(execution);
      if (batch.length >= pageSize) await flush();
      if (rows.length >= limit) break;
    }
    await flush();
  } catch (error) {
    throw translateTemporalError(error);
  }
  return rows.slice(0, limit);
}

/** One page of a list. */
export interface Page<Row> {
  readonly rows: Row[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/**
 * One page of what `listRows` lists: of so many workflows, of which those that make no row are left out.
 *
 * @param after the `next` of the page before
 * @throws {ServiceFailure} `InvalidRequest` for an `after` that no page has named; as Temporal fails
 */
export async function pageOfRows<Row>(
  temporal: Client,
  conditions: readonly string[],
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
  toRow: (execution: WorkflowExecutionInfo) => Promise<Row | undefined> | Row | undefined,
): Promise<Page<Row>> {
  const { namespace, loadedDataConverter } = temporal.options;
  const query = conditions.join(' AND ');
  const nextPageToken = after === undefined ? undefined : readCursor(query, after);
  try {
    const page = { namespace, query, pageSize: limit, ...(nextPageToken && { nextPageToken }) };
    const { executions, nextPageToken: next } = await temporal.workflowService.listWorkflowExecutions(page);
    const found = await Promise.all(
      executions.map((raw) =>
        executionInfoFromRaw(raw as RawWorkflowExecutionInfo, loadedDataConverter, raw, namespace),
      ),
    );
    const newest = await newestRuns(temporal, found);
    const rows = await Promise.all(found.filter(({ runId }) => newest.has(runId)).map(toRow));
    return { rows: rows.filter((row) => row !== undefined), ...(next?.length && { next: cursorOf(query, next) }) };
  } catch (error) {
    throw translateTemporalError(error);
  }
}

/** Temporal's own token and what it belongs to: to one of another list Temporal would answer for long that it has failed. */
const cursorOf = (query: string, token: Uint8Array): string => {
  const text = Buffer.from(token).toString('base64url');
  return `${contentHash({ query, text }).slice(0, checkLength)}${text}`;
};

function readCursor(query: string, after: string): Buffer {
  const token = Buffer.from(after.slice(checkLength), 'base64url');
  if (cursorOf(query, token) === after) return token;
  throw new ServiceFailure('InvalidRequest', 'after: it is not the `next` of a page of this list', { field: 'after' });
}

/** Which of these runs, by their ids, are the newest of their workflows; one that is open always is. */
async function newestRuns(temporal: Client, executions: readonly WorkflowExecutionInfo[]): Promise<Set<string>> {
  const closed = new Set(executions.filter(({ closeTime }) => closeTime).map(({ workflowId }) => workflowId));
  const newest = new Map(executions.map((execution) => [execution.workflowId, execution]));
  if (closed.size > 0) {
    const ids = [...closed].map((id) => `'${id.replaceAll("'", "''")}'`).join(', ');
    for (const run of await listWorkflows(temporal, [`WorkflowId IN (${ids})`])) {
      const known = newest.get(run.workflowId);
      if (!known || run.startTime >= known.startTime) newest.set(run.workflowId, run);
    }
  }
  const open = executions.filter(({ closeTime }) => !closeTime);
  return new Set([...newest.values(), ...open].map(({ runId }) => runId));
}
