import type { Transaction } from 'kysely';
import type { CommunityId, CustomerId } from '../../contracts/identifiers.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import { useCredit } from './credit.ts';
import type { Invoice } from './shapes.ts';

/** An invoice as it is issued; whether it is on hold depends on its customer, and is read. */
export interface IssuedInvoice extends Omit<Invoice, 'held'> {
  /** Whose month it is for, where it is one of a run. */
  readonly community?: CommunityId;
}

/**
 * What follows from invoices that this transaction has written: the credit of their customers pays them, the books are told of
 * what is owed and paid, the notifications to write to the customer. Of a banned customer the credit is frozen, and the mail
 * waits until the ban is lifted.
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
    if (banned.has(invoice.customerId)) return [creationOf(invoice)];
    const credit = used.get(invoice.invoiceId);
    const open = invoice.open - (credit?.amount ?? 0);
    const mail = mailCommandOf({ ...invoice, open }, invoice.issuedAt);
    return [creationOf(invoice), mail, ...(credit ? [credit.event] : [])];
  });
  await appendAllToOutbox(transaction, events);
}

/** What the books are told of an invoice. */
export function creationOf(invoice: IssuedInvoice): IntegrationEvent {
  const { community, issuedAt } = invoice;
  const data = { ...aboutOf(invoice), ...(community && { community }) };
  return createEvent({ ...envelopeOf(invoice, 1, issuedAt), name: 'InvoiceCreated', data });
}

/** To write to the customer of an invoice: for what is open at that time. */
export function mailCommandOf(invoice: IssuedInvoice, time: string): IntegrationEvent {
  const { amounts, open, lines, taxes } = invoice;
  const left = open < amounts.total ? { open } : {};
  return createEvent({
    ...{ ...envelopeOf(invoice, 2, time), name: 'SendInvoiceEmail' },
    data: { ...aboutOf(invoice), ...left, lines, taxes },
  });
}

const aboutOf = ({ invoiceId, number, customerId, contact, amounts, issueDate, dueDate }: IssuedInvoice) => ({
  ...{ invoiceId, number, customerId, customer: contact, amounts, issueDate, dueDate },
});

const envelopeOf = ({ invoiceId }: IssuedInvoice, sequence: number, time: string) => ({
  ...{ origin: `invoice/${invoiceId}`, sequence, subject: invoiceId, time },
  ...{ correlationId: invoiceId, causationId: `invoice/${invoiceId}` },
});
