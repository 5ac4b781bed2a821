import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

const conflict = { ...expected, httpStatus: 409, grpcCode: 'FAILED_PRECONDITION' } as const;

/** What can be refused about invoices and their payment. */
export const invoiceRefusals = defineFailures({
  InvoiceNotFound: {
    ...expected,
    title: 'The invoice is unknown',
    httpStatus: 404,
    grpcCode: 'NOT_FOUND',
    customer: 'We do not know this invoice; please look at its number again.',
    operator: 'Check the id; `invoice list` shows the invoices of a customer.',
  },
  InvoiceAlreadyPaid: {
    ...conflict,
    title: 'Nothing of the invoice is open any more',
    customer: 'This invoice is paid, so there is nothing left to pay.',
    operator: 'Nothing: `invoice show` lists what was paid and credited.',
  },
  PaymentPending: {
    ...conflict,
    title: 'Another payment of the invoice is in progress',
    customer: 'A payment of this invoice is in progress; please wait until it has come through.',
    operator: 'Follow the payment that the message names; the next one can begin when it has ended.',
  },
  PaymentInterrupted: {
    ...conflict,
    title: 'The payment was ended before it was taken',
    customer: 'This payment was interrupted before anything was taken; please pay once more.',
    operator: 'Nothing: the claim is given up and nothing is held on the card; the customer pays under another id.',
  },
  PaymentTooLarge: {
    ...conflict,
    title: 'More is to be paid than is open',
    customer: 'This is more than is open; please pay what the invoice asks for.',
    operator: 'Look at what the invoice still asks for: payments and credit notes have lowered it.',
  },
  InvoiceHeld: {
    ...conflict,
    title: 'The invoice is on hold, since its customer is banned',
    customer: 'We cannot take payments for this account; please contact us.',
    operator: 'Nothing, unless the ban is a mistake: then lift it with `unban`.',
  },
  CurrencyMismatch: {
    ...conflict,
    title: 'The invoice is in another currency',
    customer: 'This invoice is in another currency; please pay in the one that it names.',
    operator: 'Use the currency of the invoice: nothing is exchanged here.',
  },
  CreditNoteTooLarge: {
    ...conflict,
    title: 'More is to be credited than the invoice asked for',
    customer: 'We cannot credit more than the invoice asked for.',
    operator: 'Look at the earlier credit notes of the invoice: what they left is all that can be credited.',
  },
} as const satisfies Record<string, RefusalDefinition>);
