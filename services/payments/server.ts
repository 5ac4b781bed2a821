import type { HttpHandlers } from '../../platform/http/contract.ts';
import { authorize, capture, describePayment } from './authorization.ts';
import type { paymentsContract } from './contract.ts';
import type { PaymentProvider } from './provider.ts';
import { refund } from './refunding.ts';
import { type Database, findPayment } from './store.ts';
import { voidPayment } from './voiding.ts';

export function paymentsHandlers(database: Database, provider: PaymentProvider): HttpHandlers<typeof paymentsContract> {
  return {
    authorize: (request) => authorize(database, provider, request),
    capture: ({ paymentId }) => capture(database, provider, paymentId),
    void: ({ paymentId }) => voidPayment(database, provider, paymentId),
    refund: ({ paymentId, refundId, amount }) => refund(database, provider, paymentId, refundId, amount),
    findPayment: async ({ paymentId }) => describePayment(provider, await findPayment(database, paymentId)),
  };
}
