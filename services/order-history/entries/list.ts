/** What makes the history of an order, one line a publishing context. */
export { checkoutEntries } from './checkout.ts';
export { disputeEntries } from './dispute.ts';
export { notificationEntries } from './notification.ts';
export { refundEntries } from './refund.ts';
