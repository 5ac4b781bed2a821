import type { IntegrationEvent } from '../../../events/integration-event.ts';
import { accounts } from '../accounts.ts';
import { type JournalDraft, linesOf, type Postings } from './posting.ts';

/** What invoices post. */
export const invoicePostings = { InvoiceCreated: postInvoice } satisfies Postings;

const about = (invoiceId: string) => ({ kind: 'invoice', id: invoiceId });

/** What the customer owes: the revenue and its tax arise with the invoice, whenever it is paid. */
function postInvoice({ data: { invoiceId, amounts } }: IntegrationEvent<'InvoiceCreated'>): [JournalDraft] {
  const { currency, net, tax, total } = amounts;
  if (total === 0) throw new RangeError('an invoice asks for more than nothing');
  return [
    {
      kind: 'invoice',
      subject: about(invoiceId),
      lines: linesOf(currency, [
        ['debit', accounts.receivable, total],
        ['credit', accounts.revenue, net],
        ['credit', accounts.taxPayable, tax],
      ]),
    },
  ];
}
