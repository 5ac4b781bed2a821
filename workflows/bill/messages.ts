import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Decision } from '../kit/contract.ts';
import type { BillFacts, BillStatus, Payment, Rejection, VarianceVote } from './contract.ts';

/** Where a bill stands, without any I/O. */
export const billStatusQuery = defineQuery<BillStatus>('status');

/** A manager accepts what a bill differs in from its order. */
export const approveVarianceUpdate = defineUpdate<Decision, [VarianceVote]>('approveVariance');

/** A person rejects a bill that is not accepted, which ends it. */
export const rejectBillUpdate = defineUpdate<Decision, [Rejection]>('reject');

/** Compares a bill with its order again now: a delivery has come. Answered once that is done. */
export const matchAgainUpdate = defineUpdate<BillFacts>('matchAgain');

/** Records that an accepted bill was paid, whole or in part; once for each reference of the bank. */
export const recordPaymentUpdate = defineUpdate<BillFacts, [Payment]>('recordPayment');

/** The name of the workflow type. */
export const billWorkflow = 'bill';

/** The workflow id of a bill. */
export const billWorkflowId = (billId: string) => `bill/${billId}`;
