import type { Reason } from '../kit/contract.ts';

/** Why the invoicing of a month ended that was cancelled. */
export const invoicingCancelled: Reason = {
  type: 'InvalidState',
  message: 'it was cancelled; the invoices that were issued stay, and another run issues the others',
};
