import type { PaymentId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { InputOf, OutputOf } from '../platform/http/contract.ts';
import type {
  Dispute,
  Payment,
  PaymentsClient,
  ProviderRefund,
  paymentsContract,
  ReconciliationPage,
} from '../services/payments/contract.ts';
import { disputeRequestSchema } from '../workflows/dispute/contract.ts';
import { providerRefundRequestSchema } from '../workflows/provider-refund/contract.ts';
import { callService } from './service-call.ts';

type Operations = typeof paymentsContract.operations;

export function createPaymentActivities({ payments }: { readonly payments: PaymentsClient }) {
  return {
    async authorizePayment(payment: InputOf<Operations['authorize']>): Promise<Payment> {
      return callService((options) => payments.authorize(payment, options));
    },
    async findPayment(paymentId: PaymentId): Promise<Payment> {
      return callService((options) => payments.findPayment({ paymentId }, options));
    },
    async approveReview(paymentId: PaymentId): Promise<Payment> {
      return callService((options) => payments.approveReview({ paymentId }, options));
    },
    async capturePayment(paymentId: PaymentId): Promise<Payment> {
      return callService((options) => payments.capture({ paymentId }, options));
    },
    /** @param captured what becomes of a payment that is captured; it is given back unless it is to be kept */
    async voidPayment(
      paymentId: PaymentId,
      captured: 'refund' | 'keep' = 'refund',
    ): Promise<OutputOf<Operations['void']>> {
      return callService((options) => payments.void({ paymentId, captured }, options));
    },
    /** @param amount minor units; the same refund id again gives nothing back twice */
    async refundPayment(paymentId: PaymentId, refundId: string, amount: number): Promise<Payment> {
      return callService((options) => payments.refund({ paymentId, refundId, amount }, options));
    },
    /** Reads the id by its schema first, since any Temporal client can start the workflow. */
    async findProviderRefund(request: unknown): Promise<ProviderRefund> {
      return callService(async (options) => {
        const { refundId } = parse(providerRefundRequestSchema, request);
        return payments.findProviderRefund({ refundId }, options);
      });
    },
    /** The same of a dispute. */
    async findDispute(request: unknown): Promise<Dispute> {
      return callService(async (options) => {
        const { disputeId } = parse(disputeRequestSchema, request);
        return payments.findDispute({ disputeId }, options);
      });
    },
    async rememberFact(factId: string): Promise<void> {
      await callService((options) => payments.rememberFact({ factId }, options));
    },
    async reconcilePage(page: InputOf<Operations['reconcilePage']>): Promise<ReconciliationPage> {
      return callService((options) => payments.reconcilePage(page, options));
    },
    async findUnseen(time: InputOf<Operations['findUnseen']>): Promise<OutputOf<Operations['findUnseen']>> {
      return callService((options) => payments.findUnseen(time, options));
    },
  };
}
