import type { PaymentId } from '../contracts/identifiers.ts';
import type { InputOf, OutputOf } from '../platform/http/contract.ts';
import type { Payment, PaymentsClient, paymentsContract } from '../services/payments/contract.ts';
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
    async voidPayment(paymentId: PaymentId): Promise<OutputOf<Operations['void']>> {
      return callService((options) => payments.void({ paymentId }, options));
    },
    /** @param amount minor units; the same refund id again gives nothing back twice */
    async refundPayment(paymentId: PaymentId, refundId: string, amount: number): Promise<Payment> {
      return callService((options) => payments.refund({ paymentId, refundId, amount }, options));
    },
  };
}
