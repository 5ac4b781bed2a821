import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { ProcessResult } from '../workflows/kit/contract.ts';
import type { StateMeaning } from '../workflows/kit/definition.ts';
import type { Listing } from '../workflows/kit/listing.ts';
import { processes } from '../workflows/processes.ts';

const meanings: Readonly<Record<string, StateMeaning>> = Object.assign({}, ...processes.map(({ states }) => states));

const means = (meaning: StateMeaning, state: string | undefined): boolean =>
  state !== undefined && Object.hasOwn(meanings, state) && meanings[state] === meaning;

/** Whether a process in this state waits for the customer, a reviewer or the provider. */
export const isWaiting = (state: string | undefined): boolean => means('waits', state);

/** A state in which nothing goes on. */
type End = ProcessResult['outcome'] | 'terminated' | 'timed-out';

/** Whether this state is an end, its own or Temporal's. */
export const isEnd = (state: string | undefined): state is End => means('has ended', state);

/** How Temporal says that a workflow ended other than by returning a result. */
export type UnfinishedState = 'terminated' | 'timed-out' | 'cancelled' | 'failed';

const unfinished: Readonly<Partial<Record<string, UnfinishedState>>> = {
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  CANCELLED: 'cancelled',
  FAILED: 'failed',
};

type ExecutionStatus = Pick<WorkflowExecutionDescription, 'status'>;

/** Nothing while a workflow runs, and where it has returned a result. */
export const unfinishedStateOf = ({ status }: ExecutionStatus): UnfinishedState | undefined => unfinished[status.name];

/** Whether Temporal ended a workflow without letting it undo anything. */
export const isCutOff = (state: string | undefined): state is 'terminated' | 'timed-out' =>
  state === 'terminated' || state === 'timed-out';

/**
 * The state of a workflow, from what it has written down last and from what Temporal knows: one that was cut off writes
 * nothing more, and one that failed at once has written nothing.
 *
 * @param written its state, as it has written it down
 */
export function stateOf(execution: ExecutionStatus, written: string | undefined): string {
  const state = unfinishedStateOf(execution);
  if (isCutOff(state)) return state;
  const known = written !== undefined && Object.hasOwn(meanings, written) ? written : undefined;
  if (execution.status.name === 'COMPLETED') return isEnd(known) ? known : 'completed';
  return state && !isEnd(known) ? state : (known ?? 'running');
}

const order: readonly StateMeaning[] = ['goes on', 'waits', 'has ended'];

/**
 * The states that processes of a kind are listed by, in the order of a life. A process compensates for moments only, unless
 * it needs an operator: that is not written down to filter by. One that writes nothing down only runs or has ended.
 */
export const listedStates = ({
  states,
  listing,
}: {
  readonly states: Readonly<Record<string, StateMeaning>>;
  readonly listing: Listing;
}): string[] =>
  Object.entries(states)
    .filter(([state, meaning]) => state !== 'compensating' && (listing.writtenState || meaning !== 'waits'))
    .sort(([, one], [, other]) => order.indexOf(one) - order.indexOf(other))
    .map(([state]) => state);
