import { defineFailures } from './failure.ts';
import { expected, type RefusalDefinition } from './refusals.ts';

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
} as const satisfies Record<string, RefusalDefinition>);
