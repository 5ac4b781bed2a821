/** What is written, one line a publishing context. */
export { checkoutLetters } from './checkout.ts';
export { invoiceLetters } from './invoice.ts';
export { providerLetters } from './provider.ts';
export { refundLetters } from './refund.ts';
