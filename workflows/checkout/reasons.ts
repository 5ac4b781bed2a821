import type { Reason } from '../kit/contract.ts';

/** Why a checkout ended that was cancelled. */
export const cancelledByCustomer: Reason = { type: 'CancelledByCustomer', message: 'the checkout was cancelled' };

/** Why an order is cancelled whose checkout was ended from outside. */
export const interrupted: Reason = {
  type: 'CheckoutInterrupted',
  message: 'the checkout was ended before it was complete; nothing is charged',
};

/** What those are told to do who would undo a checkout that was paid for. */
export const afterThePivot = (orderId: string): string => `ask for a refund of the order ${orderId}`;
