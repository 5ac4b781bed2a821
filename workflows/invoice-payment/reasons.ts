import type { Reason } from '../kit/contract.ts';

/** Why a payment ended that was cancelled. */
export const paymentCancelled: Reason = {
  type: 'PaymentCancelled',
  message: 'the payment was cancelled before it was taken',
};

/** Why a payment ended whose workflow was ended from outside before the capture. */
export const paymentInterrupted: Reason = {
  type: 'PaymentInterrupted',
  message: 'the payment was ended before it was taken; nothing is charged',
};
