import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { addDays } from '../../contracts/calendar.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import { takeNumbers } from '../../platform/numbering.ts';
import { announceIssued } from './announcement.ts';
import type { billingContract, Invoice } from './contract.ts';
import { lockBanned } from './held.ts';
import { totalsOf } from './invoice-totals.ts';
import { findInvoice, hashOfContent, recallInvoice } from './store.ts';

type Draft = z.output<typeof billingContract.operations.issueInvoice.input>;

/**
 * Issues an invoice, once: its number, what the customer's credit pays of it, the events for the books and the command for the
 * mail are one transaction with it. The same id again answers the invoice as it is.
 *
 * @throws {ServiceFailure} `IdempotencyConflict`; `InvalidRequest` when it asks for nothing or too much, or is due before it
 * is issued
 */
export function issueInvoice(database: Kysely<unknown>, draft: Draft): Promise<Invoice> {
  const totals = totalsOf(draft.lines, draft.currency);
  return database.transaction().execute(async (transaction) => {
    const banned = await lockBanned(transaction, [draft.customerId]);
    let known: Invoice | undefined;
    const number = await takeNumbers(transaction, 'invoice', async () => {
      known = await recallInvoice(transaction, draft);
      return known ? 0 : 1;
    });
    if (known) return known;
    const dates = await datesOf(transaction, draft);
    const { customerId, contact, currency, timeZone } = draft;
    await sql`
      insert into invoices (
        invoice_id, number, content_hash, customer_id, contact_name, contact_email, currency, net, tax, total,
        lines, taxes, time_zone, issue_date, due_date, mail_commanded_at
      ) values (
        ${draft.invoiceId}, ${number}, ${hashOfContent(draft)}, ${customerId}, ${contact.name}, ${contact.email},
        ${currency}, ${totals.net}, ${totals.tax}, ${totals.total}, ${JSON.stringify(draft.lines)}::jsonb,
        ${JSON.stringify(totals.taxes)}::jsonb, ${timeZone}, ${dates.issueDate}, ${dates.dueDate},
        ${banned.has(customerId) ? null : sql`now()`}
      )
    `.execute(transaction);
    await announceIssued(transaction, [await findInvoice(transaction, draft.invoiceId)], banned);
    return findInvoice(transaction, draft.invoiceId);
  });
}

/** @throws {ServiceFailure} `InvalidRequest` naming `dueDate`, when it is due before it is issued */
async function datesOf(transaction: Transaction<unknown>, { timeZone, dueDate, paymentDays }: Draft) {
  const { rows } = await sql<{ issueDate: string }>`
    select (now() at time zone ${timeZone})::date::text as "issueDate"
  `.execute(transaction);
  const issueDate = rows[0]?.issueDate ?? '';
  if (dueDate && dueDate < issueDate) {
    throw new ServiceFailure(
      'InvalidRequest',
      `dueDate: an invoice is due no earlier than on the day it is issued, ${issueDate} in ${timeZone}`,
      { field: 'dueDate' },
    );
  }
  return { issueDate, dueDate: dueDate ?? addDays(issueDate, paymentDays) };
}
