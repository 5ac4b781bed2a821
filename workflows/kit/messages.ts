import { defineUpdate } from '@temporalio/workflow';
import type { Decision, Resolution } from './contract.ts';

/** An operator's decision about a call that keeps failing. Refused while nothing needs an operator. */
export const resolveUpdate = defineUpdate<Decision, [Resolution]>('resolve');
