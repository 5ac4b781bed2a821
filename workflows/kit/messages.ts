import { defineUpdate } from '@temporalio/workflow';
import type { ApprovalStatus, ApprovalVote } from './approvals-contract.ts';
import type { ApprovalDecision, Decision, Resolution } from './contract.ts';

/** An operator's decision about a call that keeps failing. Refused while nothing needs an operator. */
export const resolveUpdate = defineUpdate<Decision, [Resolution]>('resolve');

/** A person approves what takes two people, or refuses it. Refused while nothing waits for an approval. */
export const decideApprovalUpdate = defineUpdate<Decision, [ApprovalDecision]>('decideApproval');

/** A person approves a version of what waits for approvals. Refused to its authors, and for any version but the current one. */
export const approveUpdate = defineUpdate<ApprovalStatus, [ApprovalVote]>('approve');

/** A person rejects it, which ends it. Refused as an approval is. */
export const rejectUpdate = defineUpdate<Decision, [ApprovalVote]>('reject');
