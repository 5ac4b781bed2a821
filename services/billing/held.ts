import { sql, type Transaction } from 'kysely';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import { mailCommandOf } from './announcement.ts';
import { type InvoiceRow, invoiceColumns, isBanned, toInvoice } from './store.ts';

/**
 * Who of these customers is banned, as the copy of the accounts has it. Until the transaction ends the ban is not lifted: who
 * lifts it finds the invoices that this transaction has issued.
 */
export async function lockBanned(
  transaction: Transaction<unknown>,
  customerIds: readonly CustomerId[],
): Promise<ReadonlySet<CustomerId>> {
  const { rows } = await sql<{ customerId: CustomerId }>`
    select customer_id as "customerId" from customers_copy
    where customer_id = any(${customerIds}::text[]) and status = 'banned' order by customer_id for share
  `.execute(transaction);
  return new Set(rows.map(({ customerId }) => customerId));
}

/**
 * Commands the mails of invoices that were issued while their customers were banned, once for each invoice. Those of customers
 * who are banned still have to wait.
 */
export async function commandMissingMails<Tables>(
  transaction: Transaction<Tables>,
  customerIds: readonly string[],
): Promise<void> {
  const { rows } = await sql<InvoiceRow>`
    update invoices set mail_commanded_at = now()
    where mail_commanded_at is null and customer_id = any(${customerIds}::text[]) and not ${isBanned}
    returning ${invoiceColumns}
  `.execute(transaction);
  const time = new Date().toISOString();
  const invoices = rows.toSorted((one, other) => one.number - other.number).map(toInvoice);
  await appendAllToOutbox(
    transaction,
    invoices.map((invoice) => mailCommandOf(invoice, time)),
  );
}
