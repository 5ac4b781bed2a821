export { checkout } from './checkout/checkout.ts';
export { recoverCheckout } from './checkout/recover-checkout.ts';
export { dispute } from './dispute/dispute.ts';
export { invoice } from './invoice/invoice.ts';
export { providerRefund } from './provider-refund/provider-refund.ts';
export { reconciliation } from './reconciliation/reconciliation.ts';
export { refund } from './refund/refund.ts';
export { sweep } from './sweep/sweep.ts';
