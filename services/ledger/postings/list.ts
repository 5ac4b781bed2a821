/** What is posted, one line a publishing context. */
export { checkoutPostings } from './checkout.ts';
export { disputePostings } from './dispute.ts';
export { invoicePostings } from './invoice.ts';
export { payrollPostings } from './payroll.ts';
export { purchasingPostings } from './purchasing.ts';
export { refundPostings } from './refund.ts';
