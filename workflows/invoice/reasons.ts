import type { Reason } from '../kit/contract.ts';

/** Why the issue of an invoice ended that was cancelled: only in Temporal itself it can be, before the invoice is issued. */
export const invoiceCancelled: Reason = { type: 'InvalidState', message: 'it was cancelled before it was issued' };
