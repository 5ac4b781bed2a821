/** The processes that are tried, one line each. */
export { checkout } from './checkout.ts';
export { dispute } from './dispute.ts';
export { invoice } from './invoice.ts';
export { invoicePayment } from './invoice-payment.ts';
export { monthlyInvoicing } from './monthly-invoicing.ts';
export { paymentReversal } from './payment-reversal.ts';
export { payroll, payrollCorrection } from './payroll.ts';
export { providerRefund } from './provider-refund.ts';
export { reconciliation } from './reconciliation.ts';
export { refund } from './refund.ts';
