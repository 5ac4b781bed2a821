import type { PersonRole } from '../../contracts/access.ts';
import type { Approval, Version } from '../../contracts/approvals.ts';
import type { DecidedBy } from './contract.ts';

/** What a person says to what is to be approved: which version they have seen, who they are, and why. */
export interface ApprovalVote extends DecidedBy {
  readonly version: Version;
}

/** Where an approval stands. */
export interface ApprovalStatus {
  readonly version: Version;
  /** Each takes a person of its own. */
  readonly required: readonly PersonRole[];
  /** Those without one. */
  readonly missing: readonly PersonRole[];
  /** Who has written it, and so cannot approve it. */
  readonly authors: readonly string[];
  /** The approvals of this version. */
  readonly approvals: readonly Approval[];
  /** ISO 8601 in UTC; so are those below. */
  readonly requestedAt: string;
  /** From when on the superiors of those who hold a missing role may decide as well. */
  readonly escalatesAt: string;
  readonly expiresAt: string;
}

/**
 * How what was asked for ended: it was approved by everyone who is needed, a person rejected it, time ran out, or the process closed
 * it for a reason of its own.
 */
export type ApprovalOutcome = 'approved' | 'rejected' | 'expired' | 'closed';
