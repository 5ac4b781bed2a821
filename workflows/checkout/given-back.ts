import type { Payment } from '../../services/payments/contract.ts';

/** Whether all that a payment has taken was given back. */
export const isGivenBack = ({ refunded, amount }: Payment): boolean => refunded >= amount.amount;

/** Whether something of what a payment has taken was given back. */
export const isGivenBackInPart = ({ refunded }: Payment): boolean => refunded > 0;
