/** Every kind of process that people follow and decide about, one line each. */
export { billProcess } from './bill/definition.ts';
export { checkoutProcess } from './checkout/definition.ts';
export { disputeProcess } from './dispute/definition.ts';
export { invoiceProcess } from './invoice/definition.ts';
export { invoicePaymentProcess } from './invoice-payment/definition.ts';
export { monthlyInvoicingProcess } from './monthly-invoicing/definition.ts';
export { paymentReversalProcess } from './payment-reversal/definition.ts';
export { payrollProcess } from './payroll/definition.ts';
export { payrollCorrectionProcess } from './payroll-correction/definition.ts';
export { providerRefundProcess } from './provider-refund/definition.ts';
export { purchaseOrderProcess } from './purchase-order/definition.ts';
export { refundProcess } from './refund/definition.ts';
export { userCheckProcess } from './user-check/definition.ts';
