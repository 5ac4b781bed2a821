import { type Kysely, sql, type Transaction } from 'kysely';
import type { Currency } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId, InvoiceId } from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { Invoice } from './contract.ts';
import { lockInvoice, unclaimed } from './locked-invoice.ts';
import { findInvoice } from './store.ts';

/** An entry of a customer's credit: above zero what came in, below it what was used. */
interface CreditEntry {
  /** What it came from: `payment/p-1`; it is entered once. */
  readonly entryId: string;
  readonly customerId: CustomerId;
  readonly currency: Currency;
  /** Minor units. */
  readonly amount: number;
  readonly invoiceId?: InvoiceId;
}

/** Enters credit, or what was used of it. */
export async function enterCredit(
  transaction: Transaction<unknown>,
  { entryId, customerId, currency, amount, invoiceId }: CreditEntry,
): Promise<void> {
  await sql`
    insert into credit_entries (entry_id, customer_id, currency, amount, invoice_id)
    values (${entryId}, ${customerId}, ${currency}, ${amount}, ${invoiceId ?? null})
  `.execute(transaction);
}

/**
 * Pays an invoice with the credit of its customer, as far as it goes; the event for the books is in the same transaction.
 *
 * @throws {ServiceFailure} `InvoiceNotFound`; `CustomerBanned`
 */
export function applyCredit(
  database: Kysely<unknown>,
  invoiceId: InvoiceId,
): Promise<{ applied: number; invoice: Invoice }> {
  return database.transaction().execute(async (transaction) => {
    const locked = await lockInvoice(transaction, invoiceId);
    const { customerId, currency, number, contact } = locked;
    if (locked.isBanned) {
      throw new ServiceFailure(
        refusals.CustomerBanned,
        `the customer ${customerId} is banned: the credit pays nothing until the ban is lifted`,
      );
    }
    // Two invoices of one customer must not use the same credit.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`credit/${customerId}`}, 0))`.execute(transaction);
    const { rows } = await sql<{ credit: number; uses: number }>`
      select coalesce(sum(amount), 0)::bigint as credit, count(*) filter (where invoice_id = ${invoiceId}) as uses
      from credit_entries where customer_id = ${customerId} and currency = ${currency}
    `.execute(transaction);
    const { credit = 0, uses = 0 } = rows[0] ?? {};
    const applied = Math.min(credit, unclaimed(locked));
    if (applied <= 0) return { applied: 0, invoice: await findInvoice(transaction, invoiceId) };
    const sequence = uses + 1;
    const entryId = `credit-applied/${invoiceId}/${sequence}`;
    await enterCredit(transaction, { entryId, customerId, currency, amount: -applied, invoiceId });
    await sql`
      update invoices set credit_applied = credit_applied + ${applied} where invoice_id = ${invoiceId}
    `.execute(transaction);
    const origin = `credit-applied/${invoiceId}`;
    const event = createEvent({
      ...{ name: 'CreditApplied', origin, sequence, subject: invoiceId, time: new Date().toISOString() },
      ...{ correlationId: invoiceId, causationId: origin },
      data: { invoiceId, number, customerId, customer: contact, amount: { amount: applied, currency } },
    });
    await appendToOutbox(transaction, event);
    return { applied, invoice: await findInvoice(transaction, invoiceId) };
  });
}
