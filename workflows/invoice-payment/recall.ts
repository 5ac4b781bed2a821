import { ServiceFailure } from '../../contracts/failures.ts';
import type { InvoiceId, PaymentId } from '../../contracts/identifiers.ts';
import type { BillingClient, InvoicePayment } from '../../services/billing/contract.ts';
import { outcomeOf } from '../kit/outcome.ts';
import type { InvoicePaymentResult } from './contract.ts';
import { paymentCancelled } from './reasons.ts';

/** Billing: it remembers a payment for ever, Temporal for its retention. */
export type PaymentMemory = Pick<BillingClient, 'findInvoicePayment' | 'recallPayment'>;

/** How a payment ended as billing remembers it; `undefined` when it is unknown, or has not ended. */
export async function recallPaymentResult(
  billing: Pick<PaymentMemory, 'findInvoicePayment'>,
  paymentId: PaymentId,
): Promise<InvoicePaymentResult | undefined> {
  try {
    return resultOfPayment(await billing.findInvoicePayment({ paymentId }));
  } catch (error) {
    if (error instanceof ServiceFailure && error.type === 'NotFound') return undefined;
    throw error;
  }
}

/** The result of a process whose payment has ended; `undefined` while it goes on. */
export function resultOfPayment(payment: InvoicePayment): InvoicePaymentResult | undefined {
  const { paymentId, state, allocations, amount, currency, reason } = payment;
  const ids = { paymentId, invoiceId: (allocations[0]?.invoiceId ?? '') as InvoiceId };
  const money = amount && currency ? { amount, currency } : undefined;
  if (state === 'applied') return { ...ids, outcome: 'completed', amount: money, undone: [] };
  if (state !== 'failed' || !reason) return undefined;
  return { ...ids, outcome: outcomeOf(reason, paymentCancelled), amount: money, reason, undone: [] };
}
