import type { QueryDefinition, SignalDefinition, TypedSearchAttributes, UpdateDefinition } from '@temporalio/common';
import type { z } from 'zod';
import type { CommonState, ProcessResult, ProcessStatus, Reason } from './contract.ts';
import type { Listing } from './listing.ts';

/** What a state means: the process goes on, it waits for a decision or an answer, it has ended. */
export type StateMeaning = 'goes on' | 'waits' | 'has ended';

/** The states that every process has; `terminated` and `timed-out` are ends that Temporal gave it. */
export const commonStates = {
  running: 'goes on',
  compensating: 'goes on',
  completed: 'has ended',
  refused: 'has ended',
  cancelled: 'has ended',
  failed: 'has ended',
  terminated: 'has ended',
  'timed-out': 'has ended',
} as const satisfies Record<CommonState, StateMeaning>;

/** What is known of a kind of process by those who start it, follow it and decide about it. */
export interface ProcessDefinition<
  Id extends string,
  Status extends ProcessStatus<string>,
  Result extends ProcessResult,
  Services extends object = object,
> {
  /** Its name, which its workflow ids begin with: `dispute`, for `dispute/dp_1`. */
  readonly kind: string;
  /** The types of the workflows that run it. */
  readonly workflowTypes: readonly string[];
  /** The workflow id of one. */
  readonly workflowIdOf: (id: string) => string;
  /** The field that its id has in requests, statuses and results: `disputeId`. */
  readonly idField: string;
  readonly idSchema: z.ZodType;
  readonly statusQuery: QueryDefinition<Status>;
  /** Cancels it, and answers when everything is undone. @default it cannot be cancelled */
  readonly cancelUpdate?: UpdateDefinition<Result>;
  /**
   * What that is called where it was made which a process takes up that others have made, and whose workers do so.
   *
   * @default nothing is taken up
   */
  readonly takesUp?: { readonly what: string; readonly taskQueue: string };
  /** Whether it may wait for two people to approve it. @default it does not */
  readonly takesApproval?: true;
  /** Tells one that runs that what it takes up has changed. @default that does not change */
  readonly changedSignal?: SignalDefinition;
  /** Every state that its status may have. */
  readonly states: Readonly<Record<Status['state'], StateMeaning>>;
  readonly listing: Listing;
  /** Why it ends when it is cancelled. */
  readonly cancelledAs: Reason;
  /** What becomes of one that Temporal has cut off, as a clause: `the sweeper finishes it`. */
  readonly aftermath: string;
  /** How it ended and what can still be done, human-readable. @default the outcome, with the type of the reason */
  endingOf?(result: Result): string | undefined;
  /**
   * How it ended as its service remembers it, once Temporal has forgotten it; `undefined` when it is unknown, or has not ended.
   *
   * @default nothing remembers it
   */
  recall?(services: Services, id: Id): Promise<Result | undefined>;
  /** The ids of its status, as far as they are known without asking it. */
  idsOf(id: Id, attributes: TypedSearchAttributes): Omit<Status, keyof ProcessStatus<string>>;
}

/** Any kind of process, for those who need no more than its name, its states and its ends. */
export type AnyProcess = Pick<
  ProcessDefinition<string, ProcessStatus<string>, ProcessResult>,
  'kind' | 'idField' | 'cancelledAs' | 'aftermath'
>;
