import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { ServiceFailure } from '../contracts/failures.ts';
import type { CustomerId, OrderId } from '../contracts/identifiers.ts';
import type { Escalation, ProcessResult, ProcessStatus, Waiting } from '../workflows/kit/contract.ts';
import type { AnyProcess, ProcessDefinition, StateMeaning } from '../workflows/kit/definition.ts';
import { searchAttributes } from '../workflows/search-attributes.ts';
import { isEnd, isWaiting, listedStates, stateOf, unfinishedStateOf } from './process-states.ts';
import { endOf } from './workflow-ends.ts';
import { listRows, type Page, pageOfRows } from './workflow-list.ts';

/** Which processes of a kind are listed. */
export interface ProcessFilter<State extends string = string> {
  readonly state?: State;
  /** Only those that an operator has to look after. */
  readonly needsOperator?: boolean;
  /** Only those of one order. */
  readonly orderId?: OrderId;
  /** Only those of one customer. */
  readonly customerId?: CustomerId;
  /**
   * How many at most.
   *
   * @default 100
   */
  readonly limit?: number;
}

/**
 * One row of a list. It has the id of the process under the name that it has in requests, and what the columns of its kind
 * add; the id is that of the workflow where Temporal's own client has started it under one that names no process.
 */
export interface ProcessRow<State extends string = string> {
  readonly workflowId: string;
  readonly state: State;
  readonly needsOperator: boolean;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** Whom it waits for, and what for. */
  readonly waitingFor?: Waiting | undefined;
  /** The calls that an operator looks after. */
  readonly escalations?: readonly Escalation[];
}

/** What a list needs to know of a kind. */
export interface ListedProcess
  extends AnyProcess,
    Pick<ProcessDefinition<string, ProcessStatus<string>, ProcessResult>, 'idSchema' | 'listing'> {
  readonly workflowTypes: readonly string[];
  readonly workflowIdOf: (id: string) => string;
  readonly states: Readonly<Record<string, StateMeaning>>;
}

const atOnce = 8;

/**
 * Lists processes of one kind, newest first, by what Visibility knows of them. Where they write their state down, those
 * that wait are asked what for.
 *
 * @param ask by the id of the workflow
 * @throws {ServiceFailure} `InvalidRequest` for a state that is not listed; as Temporal fails; a process that does not
 * answer is listed without what it waits for
 */
export async function listProcesses<Row extends ProcessRow>(
  temporal: Client,
  process: ListedProcess,
  filter: ProcessFilter<Row['state']>,
  ask: Ask,
): Promise<Row[]> {
  const { conditions, toRow } = listingOf<Row>(temporal, process, filter);
  const rows = await listRows(temporal, conditions, filter.limit ?? 100, toRow);
  return process.listing.writtenState ? withWhatTheyWaitFor(rows, ask) : rows;
}

/**
 * One page of the same; it may have fewer rows than its limit.
 *
 * @throws {ServiceFailure} as `listProcesses` does; `InvalidRequest` for an `after` that no page has named
 */
export async function pageOfProcesses<Row extends ProcessRow>(
  temporal: Client,
  process: ListedProcess,
  { after, ...filter }: ProcessFilter<Row['state']> & { readonly after?: string | undefined },
  ask: Ask,
): Promise<Page<Row>> {
  const { conditions, toRow } = listingOf<Row>(temporal, process, filter);
  const page = await pageOfRows(temporal, conditions, { limit: filter.limit ?? 100, after }, toRow);
  return process.listing.writtenState ? { ...page, rows: await withWhatTheyWaitFor(page.rows, ask) } : page;
}

type Ask = (workflowId: string) => Promise<Pick<ProcessStatus<string>, 'waitingFor' | 'needsOperator'>>;

function listingOf<Row extends ProcessRow>(
  temporal: Client,
  process: ListedProcess,
  { state, needsOperator, orderId, customerId }: ProcessFilter<Row['state']>,
) {
  const conditions = [
    `WorkflowType IN (${process.workflowTypes.map((type) => `'${type}'`).join(', ')})`,
    ...(orderId ? [`${searchAttributes.orderId.name} = '${orderId}'`] : []),
    ...(customerId ? [`${searchAttributes.customerId.name} = '${customerId}'`] : []),
    ...(state ? conditionsOf(process, state) : []),
    // What was cut off while it needed an operator takes no decision any more.
    ...(needsOperator ? [`${searchAttributes.needsOperator.name} = true`, 'CloseTime IS NULL'] : []),
  ];
  const toRow = async (execution: WorkflowExecutionInfo): Promise<Row | undefined> => {
    if (hadItDone(process, execution)) return undefined;
    const found = await stateOfListed(temporal, process, execution);
    return state && found !== state ? undefined : (rowOf(process, execution, found) as Row);
  };
  return { conditions, toRow };
}

async function withWhatTheyWaitFor<Row extends ProcessRow>(rows: Row[], ask: Ask): Promise<Row[]> {
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

/** What a workflow has written down holds only until Temporal ends it: the row says in the end which state it is in. */
function conditionsOf({ kind, states, listing }: ListedProcess, state: string): string[] {
  const attribute = listing.writtenState?.name;
  if (!Object.hasOwn(states, state) || (!attribute && !listedStates({ states, listing }).includes(state))) {
    throw new ServiceFailure('InvalidRequest', `no ${kind} is listed as ${state}`, { field: 'state' });
  }
  const written = attribute && `${attribute} = '${state}'`;
  const orWritten = (condition: string) => (written ? `(${written} OR ${condition})` : condition);
  switch (state) {
    case 'terminated':
      return ["ExecutionStatus = 'Terminated'"];
    case 'timed-out':
      return ["ExecutionStatus = 'TimedOut'"];
    case 'cancelled':
      return [orWritten("ExecutionStatus = 'Canceled'")];
    case 'failed':
      return [orWritten("ExecutionStatus = 'Failed'")];
    case 'running':
      return [...(attribute ? [orWritten(`${attribute} IS NULL`)] : []), 'CloseTime IS NULL'];
    default:
      // What was refused has completed as a workflow.
      if (isEnd(state)) return [written ?? "ExecutionStatus = 'Completed'"];
      return [...(written ? [written] : []), 'CloseTime IS NULL'];
  }
}

/** What ended well without a word of its own had another workflow do it, which is listed and knows how it ended. */
function hadItDone({ listing }: ListedProcess, { status, typedSearchAttributes }: WorkflowExecutionInfo): boolean {
  const { writtenState } = listing;
  return (
    writtenState !== undefined && status.name === 'COMPLETED' && typedSearchAttributes.get(writtenState) === undefined
  );
}

/** Of a process that writes no state down only its result tells how it ended. */
async function stateOfListed(
  temporal: Client,
  process: ListedProcess,
  execution: WorkflowExecutionInfo,
): Promise<string> {
  const { workflowId, runId, closeTime, typedSearchAttributes } = execution;
  const { writtenState } = process.listing;
  if (writtenState) return stateOf(execution, typedSearchAttributes.get(writtenState));
  const unfinished = unfinishedStateOf(execution);
  if (unfinished || !closeTime) return unfinished ?? 'running';
  const subject = { process, id: idOf(process, workflowId) };
  // Visibility lists a workflow for a moment after it was deleted.
  const end = await endOf(temporal.workflow.getHandle(workflowId, runId), subject).catch(() => undefined);
  return end && 'result' in end ? end.result.outcome : 'completed';
}

function rowOf(process: ListedProcess, execution: WorkflowExecutionInfo, state: string): object {
  const { workflowId, typedSearchAttributes, startTime, closeTime } = execution;
  const facts = process.listing.columns.map((column) => (column === 'state' ? { state } : column.factsOf(execution)));
  return Object.assign({ [process.idField]: idOf(process, workflowId), workflowId }, ...facts, {
    needsOperator: !closeTime && (typedSearchAttributes.get(searchAttributes.needsOperator) ?? false),
    startedAt: startTime.toISOString(),
  });
}

function idOf({ workflowIdOf, idSchema }: ListedProcess, workflowId: string): string {
  const id = workflowId.slice(workflowIdOf('').length);
  return workflowIdOf(id) === workflowId && idSchema.safeParse(id).success ? id : workflowId;
}
