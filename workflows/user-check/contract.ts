import { z } from 'zod';
import type { ProcessResult, ProcessStatus } from '../kit/contract.ts';

/** `billing-2026-11-26T03:30:00Z`: the schedule adds its time. */
export const checkIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'a check is named by letters, digits, dots, colons, dashes')
  .brand('CheckId');

export type CheckId = z.infer<typeof checkIdSchema>;

/** What two looks at the accounts and a copy of them have told. */
export interface Comparison {
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
  readonly accounts: number;
  /** Parts of the copy that differed at the first look. */
  readonly differed: number;
  /** Accounts that were published again. */
  readonly republished: number;
}

/** The answer of the query `status`. */
export interface UserCheckStatus extends ProcessStatus<UserCheckState>, Partial<UserCheckFacts> {
  readonly checkId: CheckId;
}

/** How a check ended: the copy is in step, or an operator has said so. */
export interface UserCheckResult extends ProcessResult, UserCheckFacts {
  readonly checkId: CheckId;
}
