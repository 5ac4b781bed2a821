import type { SweptProcess } from '../kit/swept-process.ts';
import { recoverCheckoutWorkflow } from './messages.ts';

/** A checkout holds an order that is pending or whose facts are not published, and a reservation under the same id. */
export const sweptCheckout = {
  kind: 'checkout',
  holdings: ['orders', 'reservations'],
  workflowType: recoverCheckoutWorkflow,
  requestOf: async (checkoutId: string) => ({ checkoutId }),
} as const satisfies SweptProcess;
