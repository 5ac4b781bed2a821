import type { Currency } from '../../contracts/currency.ts';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { defineBatchConsumer } from '../../events/consumers.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { type BalanceChange, writeBalanceChanges } from './balance.ts';

const change = (
  key: string,
  { customerId }: { readonly customerId: CustomerId },
  amount: number,
  currency: Currency,
): BalanceChange => ({ key, customerId, currency, amount });

/**
 * Keeps the balances of customers: what they owe less their credit. A payment counts with all that came in, whether it pays
 * invoices or is left over; credit that pays an invoice changes nothing, as it lowers both.
 */
export const customersConsumer = defineBatchConsumer<Record<never, never>>()({
  ...subscriptions.customers,
  effects: {
    InvoiceCreated: ({ data }) => change(`invoice/${data.invoiceId}`, data, data.amounts.total, data.amounts.currency),
    PaymentReceived: ({ data }) => change(`payment/${data.paymentId}`, data, -data.amount.amount, data.amount.currency),
    PaymentReversed: ({ data }) =>
      change(`reversal/${data.reversalId}`, data, data.amount.amount, data.amount.currency),
    PaymentReinstated: ({ data }) =>
      change(`reinstatement/${data.reversalId}`, data, -data.amount.amount, data.amount.currency),
    CreditNoteIssued: ({ data }) =>
      change(`credit-note/${data.creditNoteId}`, data, -data.amounts.total, data.amounts.currency),
  },
  write: writeBalanceChanges,
});
