import { z } from 'zod';
import { type CopyKeeper, copyKeepers } from '../../contracts/user-copy.ts';
import type { ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** `communities/nightly-2026-11-26T03:30:00Z`: the schedule adds its time. */
export const checkIdSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/,
    'a check is named by its service, a slash, and letters, digits, dots, colons, dashes',
  )
  .brand('CheckId');

export type CheckId = z.infer<typeof checkIdSchema>;

/** Whose copy is checked. */
export const userCheckRequestSchema = z.object({ service: z.enum(copyKeepers).default('billing') });

export type UserCheckRequest = z.input<typeof userCheckRequestSchema>;

/** What two looks at the accounts and a copy of them have told. */
export interface Comparison {
  /** Whose copy it is; absent where a worker of before has compared. */
  readonly service?: CopyKeeper;
  /** How many accounts there are. */
  readonly accounts: number;
  /** The parts in which they differ. */
  readonly differing: readonly number[];
}

/** A page of accounts that were published again. */
export interface RepublishedPage {
  readonly republished: number;
  /** Where the next page begins; absent after the last one. */
  readonly next?: string;
}

export type UserCheckState = 'running' | 'completed' | 'failed' | 'terminated' | 'timed-out';

/** What a check has found and done. */
export interface UserCheckFacts {
  /** Whose copy it is. */
  readonly service: CopyKeeper;
  readonly accounts: number;
  /** Parts of the copy that differed at the first look. */
  readonly differed: number;
  /** Accounts that were published again. */
  readonly republished: number;
  /** Rows of the copy that were removed, as nobody knows their customers. */
  readonly dropped: number;
}

/** The answer of the query `status`. */
export interface UserCheckStatus extends ProcessStatus<UserCheckState>, Partial<UserCheckFacts> {
  readonly checkId: CheckId;
}

/** How a check ended: the copy is in step, or an operator has said so. */
export interface UserCheckResult extends ProcessResult, UserCheckFacts {
  readonly checkId: CheckId;
}
