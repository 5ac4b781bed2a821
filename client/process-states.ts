import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { CheckoutState } from '../workflows/checkout/contract.ts';
import type { RefundState } from '../workflows/refund/contract.ts';

/** What each state of a process means: it goes on, it waits for a decision or an answer, it has ended. */
const kinds = {
  running: 'goes on',
  'needs-action': 'waits',
  'in-review': 'waits',
  'payment-unknown': 'waits',
  compensating: 'goes on',
  completed: 'has ended',
  refused: 'has ended',
  cancelled: 'has ended',
  failed: 'has ended',
  terminated: 'has ended',
  'timed-out': 'has ended',
} as const satisfies Record<CheckoutState | RefundState, string>;

type State = keyof typeof kinds;

const isOf = (kind: (typeof kinds)[State], state: string | undefined): boolean =>
  state !== undefined && Object.hasOwn(kinds, state) && kinds[state as State] === kind;

/** Whether a process in this state waits for the customer, a reviewer or the provider. */
export const isWaiting = (state: string | undefined): boolean => isOf('waits', state);

/** Whether this state is an end, its own or Temporal's. */
export const isEnd = (state: string | undefined): state is State => isOf('has ended', state);

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
 * @param written its `CheckoutStatus`
 */
export function stateOf(execution: ExecutionStatus, written: string | undefined): State {
  const state = unfinishedStateOf(execution);
  if (isCutOff(state)) return state;
  const known = written !== undefined && Object.hasOwn(kinds, written) ? (written as State) : undefined;
  if (execution.status.name === 'COMPLETED') return isEnd(known) ? known : 'completed';
  return state && !isEnd(known) ? state : (known ?? 'running');
}
