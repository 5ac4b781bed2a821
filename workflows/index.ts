export { checkout } from './checkout/checkout.ts';
export { refund } from './refund/refund.ts';
