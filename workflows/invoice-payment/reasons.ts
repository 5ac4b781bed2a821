import type { Reason } from '../kit/contract.ts';

/** Why a payment ended that was cancelled. */
export const paymentCancelled: Reason = {
  type: 'PaymentCancelled',
  message: 'the payment was cancelled before it was taken',
};
