/** Everything that is published or ordered, one line a process or service. */
export { checkoutEvents } from '../../workflows/checkout/events.ts';
export { inboundCheckoutEvents } from '../../workflows/checkout/inbound-events.ts';
export { disputeEvents } from '../../workflows/dispute/events.ts';
export { providerRefundEvents } from '../../workflows/provider-refund/events.ts';
export { refundEvents } from '../../workflows/refund/events.ts';
export { customerEvents } from './customers.ts';
export { notificationEvents } from './notification.ts';
