import { invoiceRequestSchema } from '../../../workflows/invoice/contract.ts';
import { type TriedProcess, usual } from '../scenario.ts';

/** What the invoices of the trials are made of: 108.00 EUR. */
export const invoiceContent = {
  customerId: 'customer-123',
  currency: 'EUR',
  lines: [{ description: 'Rent of a desk', quantity: 1, unitPrice: 10_000, taxRate: 800 }],
};

export const invoice: TriedProcess = {
  name: 'invoice',
  subject: 'invoice',
  scenarios: [
    { ...usual, name: 'invoice' },
    { ...usual, name: 'invoice, issued by an earlier run', earlier: 'completed', rows: ['recallInvoice'] },
  ],
  isAboutOrder: false,
  cancellation: 'workflow',
  shielded: ['recallInvoice'],
  start: ({ environment, services, id }, options) =>
    environment.startInvoice(services, invoiceRequestSchema.parse({ invoiceId: id, ...invoiceContent }), options),
};
