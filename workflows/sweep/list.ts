/** What a sweep takes over, one line a process. */
export { sweptCheckout } from '../checkout/take-over.ts';
export { sweptRefund } from '../refund/take-over.ts';
