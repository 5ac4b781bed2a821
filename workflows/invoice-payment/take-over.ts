import type { BackOfficeActivities } from '../../activities/back-office.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import { defineCalls } from '../kit/calls.ts';
import { beforePivot } from '../kit/retry-policies.ts';
import type { SweptProcess } from '../kit/swept-process.ts';
import { recoverInvoicePaymentWorkflow } from './messages.ts';

const calls = defineCalls<BackOfficeActivities>()({
  findInvoicePayment: {
    summary: 'find what a payment has claimed',
    startToCloseTimeout: '5s',
    total: 10 * 60_000,
    retry: beforePivot,
  },
})();

/** A payment of an invoice holds a claim, and with it money on a card. */
export const sweptInvoicePayment = {
  kind: 'invoice-payment',
  holdings: ['invoice-payments'],
  workflowType: recoverInvoicePaymentWorkflow,
  async requestOf(paymentId: string) {
    const { state, allocations } = await calls.findInvoicePayment(paymentId as PaymentId);
    return state === 'claimed' ? { paymentId, invoiceId: allocations[0]?.invoiceId } : undefined;
  },
} as const satisfies SweptProcess;
