import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { InvoiceId } from '../../contracts/identifiers.ts';
import { invoiceRefusals } from '../../contracts/invoice-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { billingContract } from './contract.ts';
import type { Invoice, InvoiceContent } from './shapes.ts';

type Database = Kysely<unknown>;
type Operations = typeof billingContract.operations;
type InvoiceDraft = z.output<Operations['recallInvoice']['input']>;

export type ListedInvoice = Omit<Invoice, 'lines' | 'taxes'>;

/** An invoice as its columns have it. */
export interface InvoiceRow extends Omit<Invoice, 'number'> {
  readonly number: number;
  readonly contentHash: string;
}

/** Whether the customer of an invoice is banned, as the copy of the accounts has it; who is not in it is not banned. */
export const isBanned = sql.raw(`exists (
  select from customers_copy where customers_copy.customer_id = invoices.customer_id and customers_copy.status = 'banned'
)`);

const listedColumns = sql`

  invoice_id as "invoiceId", number, customer_id as "customerId",
  json_build_object('name', contact_name, 'email', contact_email) as contact,
  case
    when allocated + credit_applied + credited < total then
      case when allocated + credit_applied > 0 then 'partly-paid' else 'open' end
    when allocated + credit_applied > 0 then 'paid' else 'credited'
  end as state,
  json_build_object('currency', currency, 'net', net, 'tax', tax, 'total', total) as amounts,
  total - allocated - credit_applied - credited as open, time_zone as "timeZone",
  issue_date::text as "issueDate", due_date::text as "dueDate", issued_at as "issuedAt",
  allocated + credit_applied + credited < total and ${isBanned} as held
`;
/** All of an invoice; what reads them is the table `invoices`, under no other name. */
export const invoiceColumns = sql`${listedColumns}, lines, taxes, content_hash as "contentHash"`;

/** `INV-000017`: the number of an invoice as people read it. */
export const invoiceNumber = (number: number): string => `INV-${String(number).padStart(6, '0')}`;

/** The hash of what an invoice is made of; whom it is written to may have another name when it is told again. */
export function hashOfContent({ customerId, currency, lines, timeZone, dueDate, paymentDays }: InvoiceContent): string {
  return contentHash({ customerId, currency, lines, timeZone, dueDate: dueDate ?? paymentDays });
}

/** @throws {ServiceFailure} `InvoiceNotFound` */
export async function findInvoice(database: Database, invoiceId: InvoiceId): Promise<Invoice> {
  const [row] = await rowsOf(database, sql`where invoice_id = ${invoiceId}`);
  if (row) return toInvoice(row);
  throw invoiceNotFound(invoiceId);
}

/**
 * The invoice of an id, if it was issued.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when it was issued with other content
 */
export async function recallInvoice(database: Database, draft: InvoiceDraft): Promise<Invoice | undefined> {
  const [row] = await rowsOf(database, sql`where invoice_id = ${draft.invoiceId}`);
  if (!row) return undefined;
  if (row.contentHash !== hashOfContent(draft)) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `the invoice ${draft.invoiceId} was issued before with other content; choose a new invoiceId`,
      { field: 'invoiceId' },
    );
  }
  return toInvoice(row);
}

export const invoiceNotFound = (invoiceId: string) =>
  new ServiceFailure(invoiceRefusals.InvoiceNotFound, `there is no invoice ${invoiceId}`, { field: 'invoiceId' });

/** Newest first. */
export async function listInvoices(
  database: Database,
  { customerId, state, limit }: z.output<Operations['listInvoices']['input']>,
): Promise<ListedInvoice[]> {
  const { rows } = await sql<ListedInvoice & { number: number }>`
    select * from (
      select ${listedColumns} from invoices
      where ${customerId ? sql`customer_id = ${customerId}` : sql`true`}
    ) as invoice
    where ${state ? sql`state = ${state}` : sql`true`}
    order by number desc limit ${limit}
  `.execute(database);
  return rows.map((row) => ({ ...row, number: invoiceNumber(row.number) }));
}

/** All of the invoices of a customer, newest first. */
export async function listWholeInvoices(
  database: Database,
  { customerId, limit }: z.output<Operations['exportCustomer']['input']>,
): Promise<Invoice[]> {
  const where = sql`where customer_id = ${customerId} order by number desc limit ${limit}`;
  return (await rowsOf(database, where)).map(toInvoice);
}

async function rowsOf(database: Database, where: RawBuilder<unknown>): Promise<InvoiceRow[]> {
  return (await sql<InvoiceRow>`select ${invoiceColumns} from invoices ${where}`.execute(database)).rows;
}

export const toInvoice = ({ contentHash: _, number, ...row }: InvoiceRow): Invoice => ({
  ...row,
  number: invoiceNumber(number),
});
