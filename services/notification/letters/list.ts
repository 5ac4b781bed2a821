/** What is written, one line a publishing context. */
export { checkoutLetters } from './checkout.ts';
export { invoiceLetters } from './invoice.ts';
export { monthlyInvoicingLetters } from './monthly-invoicing.ts';
export { payrollLetters } from './payroll.ts';
export { providerRefundLetters } from './provider-refund.ts';
export { purchasingLetters } from './purchasing.ts';
export { refundLetters } from './refund.ts';
