import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { CheckoutAnswer, CheckoutResult, CheckoutStatus } from './contract.ts';

/** Where the checkout stands, without any I/O. */
export const statusQuery = defineQuery<CheckoutStatus>('status');

/** Waits until the checkout is accepted or refused; sent together with the start, under the checkout's id. */
export const answerUpdate = defineUpdate<CheckoutAnswer>('answer');

/** Cancels the checkout and answers when everything is undone. Refused once the payment is being captured. */
export const cancelUpdate = defineUpdate<CheckoutResult>('cancel');

/** The name of the workflow type. */
export const checkoutWorkflow = 'checkout';

/** The workflow id of a checkout. */
export const checkoutWorkflowId = (checkoutId: string) => `checkout/${checkoutId}`;
