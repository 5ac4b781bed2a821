import { checkoutProcess } from './checkout/definition.ts';
import { disputeProcess } from './dispute/definition.ts';
import { providerRefundProcess } from './provider-refund/definition.ts';
import { refundProcess } from './refund/definition.ts';

/** Every kind of process that people follow and decide about. A new one is a line here, and one in `index.ts`. */
export const processes = [checkoutProcess, refundProcess, providerRefundProcess, disputeProcess] as const;
