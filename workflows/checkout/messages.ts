import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { CardChange, CheckoutAnswer, CheckoutResult, CheckoutStatus } from './contract.ts';

/** Where the checkout stands, without any I/O. */
export const statusQuery = defineQuery<CheckoutStatus>('status');

/** Waits until the checkout is accepted, refused or waits; sent together with the start, under the checkout's id. */
export const answerUpdate = defineUpdate<CheckoutAnswer>('answer');

/** Cancels the checkout and answers when everything is undone. Refused once the payment is being captured. */
export const cancelUpdate = defineUpdate<CheckoutResult>('cancel');

/** Another card, after a decline; answers as `answer` does. Refused while no card is asked for. */
export const changePaymentMethodUpdate = defineUpdate<CheckoutAnswer, [CardChange]>('changePaymentMethod');

/** The name of the workflow type. */
export const checkoutWorkflow = 'checkout';

/** The name of the workflow type that takes a checkout over which no workflow owns any more; it has the checkout's own id. */
export const recoverCheckoutWorkflow = 'recoverCheckout';

/** The workflow id of a checkout. */
export const checkoutWorkflowId = (checkoutId: string) => `checkout/${checkoutId}`;
