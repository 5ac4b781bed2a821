import { sql, type Transaction } from 'kysely';
import type { Currency } from '../../contracts/currency.ts';
import type { CustomerId, InvoiceId } from '../../contracts/identifiers.ts';
import type { Invoice } from './shapes.ts';
import { invoiceNotFound, invoiceNumber, isBanned } from './store.ts';

/** An invoice whose row is locked until the transaction ends: who pays or credits it meanwhile waits. Minor units. */
export interface LockedInvoice {
  readonly invoiceId: InvoiceId;
  readonly number: string;
  readonly customerId: CustomerId;
  readonly contact: Invoice['contact'];
  readonly currency: Currency;
  readonly net: number;
  readonly tax: number;
  readonly total: number;
  readonly claimed: number;
  /** What all its credit notes together have taken back, paid or not. */
  readonly noted: number;
  /** What is still to be paid. */
  readonly open: number;
  /** Whether its customer is banned. */
  readonly isBanned: boolean;
}

/** What of an invoice no payment that is in progress has set aside. */
export const unclaimed = ({ open, claimed }: LockedInvoice): number => open - claimed;

/** @throws {ServiceFailure} `InvoiceNotFound` */
export async function lockInvoice(transaction: Transaction<unknown>, invoiceId: InvoiceId): Promise<LockedInvoice> {
  const [invoice] = await lockInvoices(transaction, [invoiceId]);
  if (!invoice) throw invoiceNotFound(invoiceId);
  return invoice;
}

/** Locks those that there are, in the order of their ids, so that two of these cannot deadlock. */
export async function lockInvoices(
  transaction: Transaction<unknown>,
  invoiceIds: readonly string[],
): Promise<LockedInvoice[]> {
  const { rows } = await sql<Omit<LockedInvoice, 'number'> & { number: number }>`
    select invoice_id as "invoiceId", number, customer_id as "customerId",
      json_build_object('name', contact_name, 'email', contact_email) as contact,
      currency, net, tax, total, claimed, total - allocated - credit_applied - credited as open,
      ${isBanned} as "isBanned",
      (select coalesce(sum(total), 0)::bigint from credit_notes where credit_notes.invoice_id = invoices.invoice_id) as noted
    from invoices where invoice_id = any(${invoiceIds}::text[])
    order by invoice_id for update
  `.execute(transaction);
  return rows.map((row) => ({ ...row, number: invoiceNumber(row.number) }));
}
