import type { Transaction } from 'kysely';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import { useCredit } from './credit.ts';
import type { Invoice } from './shapes.ts';

/** An invoice as it is issued; whether it is on hold depends on its customer, and is read. */
export type IssuedInvoice = Omit<Invoice, 'held'>;

/**
 * What follows from invoices that this transaction has written: the credit of their customers pays them, the books are told of
 * what is owed and paid, the notifications to write to whoever owes it. The credit of a banned customer is frozen.
 *
 * @param invoices at most one of each customer
 */
export async function announceIssued(
  transaction: Transaction<unknown>,
  invoices: readonly IssuedInvoice[],
  banned: ReadonlySet<CustomerId>,
): Promise<void> {
  const payable = invoices
    .filter(({ customerId }) => !banned.has(customerId))
    .map((invoice) => ({ ...invoice, currency: invoice.amounts.currency, payable: invoice.open }));
  const used = await useCredit(transaction, payable);
  const events = invoices.flatMap((invoice) => {
    const credit = used.get(invoice.invoiceId);
    const open = invoice.open - (credit?.amount ?? 0);
    return [...announcementOf({ ...invoice, open }), ...(credit ? [credit.event] : [])];
  });
  await appendAllToOutbox(transaction, events);
}

function announcementOf(invoice: IssuedInvoice): IntegrationEvent[] {
  const { invoiceId, number, customerId, contact, amounts, open, issueDate, dueDate, lines, taxes } = invoice;
  const origin = `invoice/${invoiceId}`;
  const about = { invoiceId, number, customerId, customer: contact, amounts, issueDate, dueDate };
  const draft = { origin, subject: invoiceId, time: invoice.issuedAt, correlationId: invoiceId, causationId: origin };
  const left = open < amounts.total ? { open } : {};
  return [
    createEvent({ ...draft, name: 'InvoiceCreated', sequence: 1, data: about }),
    createEvent({ ...draft, name: 'SendInvoiceEmail', sequence: 2, data: { ...about, ...left, lines, taxes } }),
  ];
}
