import type { Reason } from '../kit/contract.ts';

/** Why a refund ended that was cancelled: only in Temporal itself it can be. */
export const refundCancelled: Reason = { type: 'RefundCancelled', message: 'the refund was cancelled' };
