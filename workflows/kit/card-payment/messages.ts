import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Decision } from '../contract.ts';
import type { Review } from './contract.ts';

/** A reviewer's decision about a held payment. Refused while none is in review. */
export const decideReviewUpdate = defineUpdate<Decision, [Review]>('decideReview');

/** The provider says that a payment has changed. Nothing of it is trusted: the process asks the provider. */
export const paymentChangedSignal = defineSignal<[{ readonly paymentId: string }]>('paymentChanged');
