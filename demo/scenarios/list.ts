/** What the demonstration shows, one line a process. */
export { checkoutScenarios } from './checkout.ts';
export { invoiceScenarios } from './invoice.ts';
export { monthlyInvoicingScenarios } from './monthly-invoicing.ts';
export { payrollScenarios } from './payroll.ts';
export { refundScenarios } from './refund.ts';
