/** What the demonstration shows, one line a process. */
export { checkoutScenarios } from './checkout.ts';
export { invoiceScenarios } from './invoice.ts';
export { refundScenarios } from './refund.ts';
