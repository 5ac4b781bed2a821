import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import type { Invoice } from './shapes.ts';

/** An invoice as it is issued; whether it is on hold depends on its customer, and is read. */
export type IssuedInvoice = Omit<Invoice, 'held'>;

/** What is told of an invoice that is issued: the books of what is owed, the notifications to write to whoever owes it. */
export function announcementOf(invoice: IssuedInvoice): IntegrationEvent[] {
  const { invoiceId, number, customerId, contact, amounts, issueDate, dueDate, lines, taxes } = invoice;
  const origin = `invoice/${invoiceId}`;
  const about = { invoiceId, number, customerId, customer: contact, amounts, issueDate, dueDate };
  const draft = { origin, subject: invoiceId, time: invoice.issuedAt, correlationId: invoiceId, causationId: origin };
  return [
    createEvent({ ...draft, name: 'InvoiceCreated', sequence: 1, data: about }),
    createEvent({ ...draft, name: 'SendInvoiceEmail', sequence: 2, data: { ...about, lines, taxes } }),
  ];
}
