import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { PaymentReversalStatus } from './contract.ts';

/** Where it stands, without any I/O. */
export const paymentReversalStatusQuery = defineQuery<PaymentReversalStatus>('status');

/** The provider says that what takes the payment back has changed: it is read again. */
export const paymentReversalChangedSignal = defineSignal('paymentReversalChanged');

/** The name of the workflow type. */
export const paymentReversalWorkflow = 'paymentReversal';

/** The workflow id of what takes the payment of an invoice back. */
export const paymentReversalWorkflowId = (reversalId: string) => `payment-reversal/${reversalId}`;
