export { checkout } from './checkout/checkout.ts';
export { recoverCheckout } from './checkout/recover-checkout.ts';
export { refund } from './refund/refund.ts';
export { sweep } from './sweep/sweep.ts';
