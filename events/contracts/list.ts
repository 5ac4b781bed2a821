/** Everything that is published or ordered, one line a process or service. */

export { billingEvents } from '../../services/billing/events.ts';
export { customerEvents } from '../../services/customers/events.ts';
export { notificationEvents } from '../../services/notification/events.ts';
export { payrollServiceEvents } from '../../services/payroll/events.ts';
export { purchasingEvents } from '../../services/purchasing/events.ts';
export { checkoutEvents } from '../../workflows/checkout/events.ts';
export { inboundCheckoutEvents } from '../../workflows/checkout/inbound-events.ts';
export { disputeEvents } from '../../workflows/dispute/events.ts';
export { monthlyInvoicingEvents } from '../../workflows/monthly-invoicing/events.ts';
export { payrollEvents } from '../../workflows/payroll/events.ts';
export { providerRefundEvents } from '../../workflows/provider-refund/events.ts';
export { refundEvents } from '../../workflows/refund/events.ts';
