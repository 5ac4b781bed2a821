import { defineUpdate } from '@temporalio/workflow';
import type { ApprovalDecision, Decision, Resolution } from './contract.ts';

/** An operator's decision about a call that keeps failing. Refused while nothing needs an operator. */
export const resolveUpdate = defineUpdate<Decision, [Resolution]>('resolve');

/** A person approves what takes two people, or refuses it. Refused while nothing waits for an approval. */
export const decideApprovalUpdate = defineUpdate<Decision, [ApprovalDecision]>('decideApproval');
