import type { InvoiceClient } from '../client/invoice-client.ts';
import type { ServiceClients } from '../client/services.ts';
import type { billingOperations } from './billing-contract.ts';
import type { ApiHandlers } from './caller.ts';
import type { Within } from './following.ts';

/** An invoice is issued by its process; the rest is the service's, in the name of who calls, whom it keeps as the actor. */
export const billingHandlers = (
  invoices: InvoiceClient,
  { billing }: Pick<ServiceClients, 'billing'>,
  within: Within,
): ApiHandlers<typeof billingOperations> => ({
  issueInvoice: (request, caller) => within(caller, () => invoices.issue(request)),
  issueCreditNote: (input, { call }) => billing.issueCreditNote(input, call),
  applyCredit: (input, { call }) => billing.applyCredit(input, call),
  listInvoicePayments: (input, { call }) => billing.listPayments(input, call),
  readTransfer: (input, { call }) => billing.findInvoicePayment(input, call),
  receiveTransfer: (input, { call }) => billing.receiveTransfer(input, call),
  assignTransfer: (input, { call }) => billing.assignTransfer(input, call),
});
