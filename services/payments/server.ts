import type { HttpHandlers } from '../../platform/http/contract.ts';
import { approveReview, authorize, capture } from './authorization.ts';
import type { CallTime } from './call-time.ts';
import type { paymentsContract } from './contract.ts';
import { describePayment } from './look.ts';
import { listMovements } from './movements.ts';
import type { PaymentProvider } from './provider.ts';
import { findDispute, findProviderRefund, findReversal } from './provider-facts.ts';
import { findUnseen, reconcilePage } from './reconciliation.ts';
import { rememberFact } from './recorded-facts.ts';
import { refund } from './refunding.ts';
import { type Database, findPayment } from './store.ts';
import { voidPayment } from './voiding.ts';

/** @param provider the provider for one caller, for no longer than that caller waits */
export function paymentsHandlers(
  database: Database,
  provider: (caller: CallTime) => PaymentProvider,
): HttpHandlers<typeof paymentsContract> {
  return {
    authorize: (request, caller) => authorize(database, provider(caller), request),
    capture: ({ paymentId }, caller) => capture(database, provider(caller), paymentId),
    approveReview: ({ paymentId }, caller) => approveReview(database, provider(caller), paymentId),
    void: ({ paymentId, captured }, caller) => voidPayment(database, provider(caller), paymentId, captured),
    refund: ({ paymentId, refundId, amount }, caller) =>
      refund(database, provider(caller), paymentId, refundId, amount),
    findPayment: async ({ paymentId }, caller) =>
      describePayment(database, provider(caller), await findPayment(database, paymentId)),
    findProviderRefund: ({ refundId }, caller) => findProviderRefund(database, provider(caller), refundId),
    findDispute: ({ disputeId }, caller) => findDispute(database, provider(caller), disputeId),
    findReversal: ({ reversalId }, caller) => findReversal(database, provider(caller), reversalId),
    async rememberFact({ factId }) {
      await rememberFact(database, factId);
      return { factId };
    },
    reconcilePage: (page, caller) => reconcilePage(database, provider(caller), page),
    listMovements: (page, caller) => listMovements(provider(caller), page),
    findUnseen: async ({ since, startedAt }) => ({ payments: await findUnseen(database, startedAt, since) }),
  };
}
