import type { PaymentId } from '../contracts/identifiers.ts';
import { parse } from '../contracts/validation.ts';
import type { InputOf, OutputOf } from '../platform/http/contract.ts';
import type {
  Dispute,
  Payment,
  PaymentReversal,
  PaymentsClient,
  paymentsContract,
  ReconciliationPage,
} from '../services/payments/contract.ts';
import { disputeRequestSchema } from '../workflows/dispute/contract.ts';
import { paymentReversalRequestSchema } from '../workflows/payment-reversal/contract.ts';
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
    /** Leaves no money behind; what is captured is given back. */
    async voidPayment(paymentId: PaymentId): Promise<OutputOf<Operations['void']>> {
      return callService((options) => payments.void({ paymentId }, options));
    },
    /** Reads the id by its schema first, since any Temporal client can start the workflow. */
    async findDispute(request: unknown): Promise<Dispute> {
      return callService(async (options) => {
        const { disputeId } = parse(disputeRequestSchema, request);
        return payments.findDispute({ disputeId }, options);
      });
    },
    /** Reads the id by its schema first, as above. */
    async findReversal(request: unknown): Promise<PaymentReversal> {
      return callService(async (options) => {
        const { reversalId } = parse(paymentReversalRequestSchema, request);
        return payments.findReversal({ reversalId }, options);
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
