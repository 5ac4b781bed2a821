import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { proportion } from '../../contracts/proportion.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { takeNumbers } from '../../platform/numbering.ts';
import type { billingContract, CreditNote } from './contract.ts';
import { enterCredit } from './credit.ts';
import { type LockedInvoice, lockInvoice, unclaimed } from './locked-invoice.ts';

type Draft = z.output<typeof billingContract.operations.issueCreditNote.input>;

interface NoteRow extends Omit<CreditNote, 'number'> {
  readonly number: number;
  readonly contentHash: string;
}

/** `CN-000003`: the number of a credit note as people read it. */
export const creditNoteNumber = (number: number): string => `CN-${String(number).padStart(6, '0')}`;

/**
 * Takes an invoice back, whole or in part, once. It lowers first what is open and not set aside for a payment; what was paid
 * already becomes the customer's credit. The tax is that of all notes together, so however an invoice is taken back, the parts
 * add up to it.
 *
 * @throws {ServiceFailure} `InvoiceNotFound`; `CreditNoteTooLarge`; `IdempotencyConflict`
 */
export function issueCreditNote(database: Kysely<unknown>, draft: Draft): Promise<CreditNote> {
  const { creditNoteId, invoiceId, reason } = draft;
  const hash = contentHash({ invoiceId, amount: draft.amount, reason });
  return database.transaction().execute(async (transaction) => {
    const invoice = await lockInvoice(transaction, invoiceId);
    let known: NoteRow | undefined;
    const number = await takeNumbers(transaction, 'credit-note', async () => {
      known = await findNote(transaction, creditNoteId);
      return known ? 0 : 1;
    });
    if (known) return sameNote(known, hash);
    const total = totalOf(draft, invoice);
    const tax = await taxOf(transaction, invoice, total);
    const toInvoice = Math.min(total, unclaimed(invoice));
    const toCredit = total - toInvoice;
    await sql`
      insert into credit_notes (
        credit_note_id, number, content_hash, invoice_id, net, tax, total, to_invoice, to_credit, reason
      ) values (
        ${creditNoteId}, ${number}, ${hash}, ${invoiceId}, ${total - tax}, ${tax}, ${total}, ${toInvoice}, ${toCredit},
        ${reason}
      )
    `.execute(transaction);
    await sql`
      update invoices set credited = credited + ${toInvoice} where invoice_id = ${invoiceId}
    `.execute(transaction);
    const { customerId, currency } = invoice;
    if (toCredit > 0) {
      const entryId = `credit-note/${creditNoteId}`;
      await enterCredit(transaction, { entryId, customerId, currency, amount: toCredit });
    }
    const note = toNote((await findNote(transaction, creditNoteId)) as NoteRow);
    await announce(transaction, invoice, note);
    return note;
  });
}

function totalOf({ amount }: Draft, { invoiceId, total, currency, noted }: LockedInvoice): number {
  const left = total - noted;
  if (left > 0 && (amount ?? left) <= left) return amount ?? left;
  throw new ServiceFailure(
    invoiceRefusals.CreditNoteTooLarge,
    `${formatMoney(left, currency)} of the invoice ${invoiceId} can be credited still`,
    { field: 'amount', facts: { left } },
  );
}

/** The tax of all notes with this one, less that of the earlier ones. */
async function taxOf(transaction: Transaction<unknown>, invoice: LockedInvoice, total: number): Promise<number> {
  const { rows } = await sql<{ tax: number }>`
    select coalesce(sum(tax), 0)::bigint as tax from credit_notes where invoice_id = ${invoice.invoiceId}
  `.execute(transaction);
  const share = { part: invoice.noted + total, whole: invoice.total };
  return proportion(invoice.tax, share) - (rows[0]?.tax ?? 0);
}

async function findNote(transaction: Transaction<unknown>, creditNoteId: string): Promise<NoteRow | undefined> {
  const [row] = await notesOf(transaction, sql`where credit_note_id = ${creditNoteId}`);
  return row;
}

/** Those of a customer, newest first. */
export async function listCreditNotes(
  database: Kysely<unknown>,
  { customerId, limit }: { readonly customerId: CustomerId; readonly limit: number },
): Promise<CreditNote[]> {
  const where = sql`where customer_id = ${customerId} order by credit_notes.number desc limit ${limit}`;
  return (await notesOf(database, where)).map(toNote);
}

async function notesOf(database: Kysely<unknown>, where: RawBuilder<unknown>): Promise<NoteRow[]> {
  const { rows } = await sql<NoteRow>`
    select credit_note_id as "creditNoteId", credit_notes.number, credit_notes.content_hash as "contentHash", invoice_id as "invoiceId",
      json_build_object(
        'currency', currency, 'net', credit_notes.net, 'tax', credit_notes.tax, 'total', credit_notes.total
      ) as amounts,
      to_invoice as "toInvoice", to_credit as "toCredit", reason, credit_notes.issued_at as "issuedAt"
    from credit_notes join invoices using (invoice_id) ${where}
  `.execute(database);
  return rows;
}

function sameNote(known: NoteRow, hash: string): CreditNote {
  if (known.contentHash === hash) return toNote(known);
  throw new ServiceFailure(
    'IdempotencyConflict',
    `the credit note ${known.creditNoteId} was issued before with other content; choose a new creditNoteId`,
    { field: 'creditNoteId' },
  );
}

async function announce(transaction: Transaction<unknown>, invoice: LockedInvoice, note: CreditNote): Promise<void> {
  const { creditNoteId, number, invoiceId, amounts, toInvoice, toCredit, reason, issuedAt } = note;
  const origin = `credit-note/${creditNoteId}`;
  const event = createEvent({
    ...{ name: 'CreditNoteIssued', origin, sequence: 1, subject: invoiceId, time: issuedAt },
    ...{ correlationId: invoiceId, causationId: origin },
    data: {
      ...{ creditNoteId, number, invoiceId, invoiceNumber: invoice.number, customerId: invoice.customerId },
      ...{ customer: invoice.contact, amounts, toInvoice, toCredit, reason },
    },
  });
  await appendToOutbox(transaction, event);
}

const toNote = ({ contentHash: _, number, ...row }: NoteRow): CreditNote => ({
  ...row,
  number: creditNoteNumber(number),
});
