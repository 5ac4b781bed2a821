import type { Payment } from '../../../services/payments/contract.ts';

/** Whether all that a payment has taken was given back. */
export const isGivenBack = ({ refunded, amount }: Payment): boolean => refunded >= amount.amount;

/** Whether something of what a payment has taken was given back. */
export const isGivenBackInPart = ({ refunded }: Payment): boolean => refunded > 0;

/** A payment that is held on the card, and of which nothing is taken. */
export const authorizedPayment = ({ paymentId, amount }: Pick<Payment, 'paymentId' | 'amount'>): Payment => ({
  paymentId,
  amount,
  refunded: 0,
  state: 'authorized',
});
