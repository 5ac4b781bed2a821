import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What invoices, their payments and their credit notes post. */
export const invoicePostings = {
  InvoiceCreated: postInvoice,
  PaymentReceived: postPayment,
  PaymentReversed: postReversal,
  PaymentReinstated: postReinstatement,
  CreditNoteIssued: postCreditNote,
  CreditApplied: postCredit,
} satisfies Postings;

const aboutInvoice = (invoiceId: string) => ({ kind: 'invoice', id: invoiceId });

/** What the customer owes: the revenue and its tax arise with the invoice, whenever it is paid. */
function postInvoice({ data: { invoiceId, amounts } }: IntegrationEvent<'InvoiceCreated'>): [JournalDraft] {
  const { currency, net, tax, total } = amounts;
  requireSome(total, 'an invoice');
  return [
    {
      kind: 'invoice',
      subject: aboutInvoice(invoiceId),
      lines: linesOf(currency, [
        ['debit', accounts.receivable, total],
        ['credit', accounts.revenue, net],
        ['credit', accounts.taxPayable, tax],
      ]),
    },
  ];
}

/** What came in: the provider owes what a card has paid, the bank has what was transferred. */
function postPayment({ data }: IntegrationEvent<'PaymentReceived'>): [JournalDraft] {
  const { paymentId, method, amount, allocations, credit } = data;
  requireSome(amount.amount, 'a payment');
  const allocated = allocations.reduce((sum, each) => sum + each.amount, 0);
  return [
    {
      kind: 'invoice-payment',
      subject: { kind: 'invoice-payment', id: paymentId },
      lines: linesOf(amount.currency, [
        ['debit', method === 'card' ? accounts.providerClearing : accounts.cash, amount.amount],
        ['credit', accounts.receivable, allocated],
        ['credit', accounts.customerCredit, credit],
      ]),
    },
  ];
}

/** What the provider has given back: the customer owes it again, or had it as credit; the fee is the shop's. */
function postReversal({ data }: IntegrationEvent<'PaymentReversed'>): [JournalDraft] {
  const { paymentId, amount, toInvoice, fromCredit, fee } = data;
  requireSome(amount.amount, 'a reversal');
  return [
    {
      kind: 'payment-reversal',
      subject: { kind: 'invoice-payment', id: paymentId },
      lines: linesOf(amount.currency, [
        ['debit', accounts.receivable, toInvoice],
        ['debit', accounts.customerCredit, fromCredit],
        ['debit', accounts.disputeFees, fee],
        ['credit', accounts.providerClearing, amount.amount + fee],
      ]),
    },
  ];
}

/** What the bank has decided for the shop: the payment counts again. */
function postReinstatement({ data }: IntegrationEvent<'PaymentReinstated'>): [JournalDraft] {
  const { paymentId, amount, toInvoice, toCredit, feeReturned } = data;
  requireSome(amount.amount, 'a reinstatement');
  return [
    {
      kind: 'payment-reinstatement',
      subject: { kind: 'invoice-payment', id: paymentId },
      lines: linesOf(amount.currency, [
        ['debit', accounts.providerClearing, amount.amount + feeReturned],
        ['credit', accounts.receivable, toInvoice],
        ['credit', accounts.customerCredit, toCredit],
        ['credit', accounts.disputeFees, feeReturned],
      ]),
    },
  ];
}

/** What is taken back of the sale: the customer owes less, and has credit for what was paid already. */
function postCreditNote({ data }: IntegrationEvent<'CreditNoteIssued'>): [JournalDraft] {
  const { invoiceId, amounts, toInvoice, toCredit } = data;
  requireSome(amounts.total, 'a credit note');
  return [
    {
      kind: 'credit-note',
      subject: aboutInvoice(invoiceId),
      lines: linesOf(amounts.currency, [
        ['debit', accounts.returns, amounts.net],
        ['debit', accounts.taxPayable, amounts.tax],
        ['credit', accounts.receivable, toInvoice],
        ['credit', accounts.customerCredit, toCredit],
      ]),
    },
  ];
}

/** What the customer's credit has paid. */
function postCredit({ data: { invoiceId, amount } }: IntegrationEvent<'CreditApplied'>): [JournalDraft] {
  requireSome(amount.amount, 'a credit');
  return [
    {
      kind: 'credit-applied',
      subject: aboutInvoice(invoiceId),
      lines: linesOf(amount.currency, [
        ['debit', accounts.customerCredit, amount.amount],
        ['credit', accounts.receivable, amount.amount],
      ]),
    },
  ];
}

function requireSome(amount: number, what: string): void {
  if (amount === 0) throw new RangeError(`${what} is of more than nothing`);
}
