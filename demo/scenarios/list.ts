/** What the demonstration shows, one line a process. */
export { checkoutScenarios } from './checkout.ts';
export { refundScenarios } from './refund.ts';
