import type { Reason } from '../kit/contract.ts';

/** Why a checkout ended that was cancelled. */
export const cancelledByCustomer: Reason = { type: 'CancelledByCustomer', message: 'the checkout was cancelled' };

/** Why an order is cancelled whose checkout was ended from outside. */
export const interrupted: Reason = {
  type: 'CheckoutInterrupted',
  message: 'the checkout was ended before it was complete; nothing is charged',
};
