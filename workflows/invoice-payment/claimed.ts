import type { PaymentId } from '../../contracts/identifiers.ts';
import type { InvoicePayment } from '../../services/billing/contract.ts';
import { completeSearchAttributes } from '../kit/complete-start.ts';
import type { Undo } from '../kit/saga.ts';
import { searchAttributes } from '../search-attributes.ts';
import type { OpenPayment } from './open-payment.ts';

/** What the payments service and the provider call a payment: one of no checkout, since those end with a number. */
export const cardPaymentIdOf = (paymentId: string) => `${paymentId}.invoice` as PaymentId;

/** Gives up what is set aside for the payment, with the reason for which the payment ends. */
export const giveTheClaimUp = ({ request, calls, progress }: OpenPayment): Undo => ({
  name: 'give the claim up',
  run: async () => {
    const { type, message } = progress.reason ?? { type: 'Internal', message: '' };
    return (await calls.releaseClaim(request.paymentId, { type, message })).wasClaimed;
  },
});

/** Shows what is paid and by whom to those who follow the payment. */
export function showClaimed({ progress }: OpenPayment, { customerId, currency, amount }: InvoicePayment): void {
  if (currency && amount) progress.facts.amount = { amount, currency };
  completeSearchAttributes(customerId ? [{ key: searchAttributes.customerId, value: customerId }] : []);
}
