/** What has rules, one line each. A new process adds a file beside these. */
export { invoiceRules } from './invoice.ts';
export { invoicePaymentRules } from './invoice-payment.ts';
export { monthlyInvoicingRules } from './monthly-invoicing.ts';
export { orderRules } from './order.ts';
export { paymentReversalRules } from './payment-reversal.ts';
export { payrollRules } from './payroll.ts';
export { providerRules } from './provider.ts';
export { stockRules } from './stock.ts';
