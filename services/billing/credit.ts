import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Currency } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId, InvoiceId } from '../../contracts/identifiers.ts';
import { refusals } from '../../contracts/refusals.ts';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { Invoice } from './contract.ts';
import { lockInvoice, unclaimed } from './locked-invoice.ts';
import { findInvoice } from './store.ts';

/** Credit that comes in. */
interface CreditEntry {
  /** What it came from: `payment/p-1`; it is entered once. */
  readonly entryId: string;
  readonly customerId: CustomerId;
  readonly currency: Currency;
  /** Minor units. */
  readonly amount: number;
}

/** What credit is to pay. */
export interface PayableInvoice extends Pick<Invoice, 'invoiceId' | 'number' | 'customerId' | 'contact'> {
  readonly currency: Currency;
  /** What is open of it and not claimed, in minor units. */
  readonly payable: number;
}

/** What credit has paid of an invoice. */
export interface UsedCredit {
  /** Minor units. */
  readonly amount: number;
  /** For the books, in the transaction that uses the credit. */
  readonly event: IntegrationEvent;
}

/** Enters credit. */
export async function enterCredit(
  transaction: Transaction<unknown>,
  { entryId, customerId, currency, amount }: CreditEntry,
): Promise<void> {
  await lockCredit(transaction, [customerId]);
  await sql`
    insert into credit_entries (entry_id, customer_id, currency, amount)
    values (${entryId}, ${customerId}, ${currency}, ${amount})
  `.execute(transaction);
}

/**
 * Uses credit for money that has left the shop, as far as there is any and the oldest first.
 *
 * @param entry its amount is what is used at most
 * @returns how much of it was there
 */
export async function payOutCredit(
  transaction: Transaction<unknown>,
  { entryId, customerId, currency, amount: most }: CreditEntry,
): Promise<number> {
  if (most === 0) return 0;
  await lockCredit(transaction, [customerId]);
  const { rows } = await sql<{ amount: number }>`
    with entry as (
      select * from credit_entries where customer_id = ${customerId} and currency = ${currency}
    ), applied as (
      select ${entryId} as entry_id, used, least(${most}::bigint, credit) as amount from (
        select coalesce(sum(amount), 0)::bigint as credit,
          coalesce(-sum(amount) filter (where amount < 0), 0)::bigint as used
        from entry
      ) as balance where least(${most}::bigint, credit) > 0
    ), entered as (
      insert into credit_entries (entry_id, customer_id, currency, amount)
      select entry_id, ${customerId}, ${currency}, -amount from applied
    ), ${takenFrom(sql`applied cross join source`)}
    select amount from applied
  `.execute(transaction);
  return rows[0]?.amount ?? 0;
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
    if (locked.isBanned) {
      throw new ServiceFailure(
        refusals.CustomerBanned,
        `the customer ${locked.customerId} is banned: the credit pays nothing until the ban is lifted`,
      );
    }
    const used = (await useCredit(transaction, [{ ...locked, payable: unclaimed(locked) }])).get(invoiceId);
    if (used) await appendToOutbox(transaction, used.event);
    return { applied: used?.amount ?? 0, invoice: await findInvoice(transaction, invoiceId) };
  });
}

/**
 * Pays invoices with the credit of their customers in their currency, as far as it goes and the oldest credit first. Whether a
 * customer is banned is for the caller to know, and to append the events.
 *
 * @param invoices at most one of each customer, in the transaction that has locked or written them
 * @returns what was paid of those that credit has paid
 */
export async function useCredit(
  transaction: Transaction<unknown>,
  invoices: readonly PayableInvoice[],
): Promise<Map<InvoiceId, UsedCredit>> {
  const customerIds = invoices.map(({ customerId }) => customerId);
  if ((await lockCredit(transaction, await withCredit(transaction, customerIds))) === 0) return new Map();
  const asked = invoices.map(({ invoiceId, customerId, currency, payable }) => ({
    ...{ invoice_id: invoiceId, customer_id: customerId, currency, payable },
  }));
  const { rows } = await sql<{ invoiceId: InvoiceId; amount: number; sequence: number }>`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        as asked (invoice_id text, customer_id text, currency text, payable bigint)
    ), entry as (
      select credit_entries.* from credit_entries join asked using (customer_id, currency)
    ), applied as (
      select asked.*, used, sequence, format('credit-applied/%s/%s', asked.invoice_id, sequence) as entry_id,
        least(payable, credit) as amount
      from asked join (
        select asked.invoice_id, sum(amount)::bigint as credit,
          coalesce(-sum(amount) filter (where amount < 0), 0)::bigint as used,
          1 + count(*) filter (where entry.invoice_id = asked.invoice_id) as sequence
        from asked join entry using (customer_id, currency) group by 1
      ) as balance using (invoice_id)
      where least(payable, credit) > 0
    ), entered as (
      insert into credit_entries (entry_id, customer_id, currency, amount, invoice_id)
      select entry_id, customer_id, currency, -amount, invoice_id from applied
    ), ${takenFrom(sql`applied join source using (customer_id, currency)`)}, paid as (
      update invoices set credit_applied = credit_applied + applied.amount
      from applied where applied.invoice_id = invoices.invoice_id
    )
    select invoice_id as "invoiceId", amount, sequence from applied
  `.execute(transaction);
  const byId = new Map(invoices.map((invoice) => [invoice.invoiceId, invoice]));
  return new Map(
    rows.map(({ invoiceId, amount, sequence }) => [
      invoiceId,
      { amount, event: creditApplied(byId.get(invoiceId) as PayableInvoice, amount, sequence) },
    ]),
  );
}

function creditApplied(invoice: PayableInvoice, amount: number, sequence: number): IntegrationEvent {
  const { invoiceId, number, customerId, contact, currency } = invoice;
  const origin = `credit-applied/${invoiceId}`;
  return createEvent({
    ...{ name: 'CreditApplied', origin, sequence, subject: invoiceId, time: new Date().toISOString() },
    ...{ correlationId: invoiceId, causationId: origin },
    data: { invoiceId, number, customerId, customer: contact, amount: { amount, currency } },
  });
}

/**
 * Which credit each of the uses `applied` is taken from: all credit of `entry` in a row, the oldest first, so what was used lies
 * before this use.
 *
 * @param pairs what joins `applied` with `source`
 */
const takenFrom = (pairs: RawBuilder<unknown>) => sql`source as (
      select entry_id, customer_id, currency, amount,
        sum(amount) over (partition by customer_id, currency order by entered_at, entry_id)::bigint as until
      from entry where amount > 0
    ), taken as (
      insert into credit_uses (entry_id, source_id, amount)
      select applied.entry_id, source.entry_id,
        least(until, used + applied.amount) - greatest(until - source.amount, used)
      from ${pairs}
      where least(until, used + applied.amount) > greatest(until - source.amount, used)
    )`;

async function withCredit(
  transaction: Transaction<unknown>,
  customerIds: readonly CustomerId[],
): Promise<readonly CustomerId[]> {
  const { rows } = await sql<{ customerId: CustomerId }>`
    select customer_id as "customerId" from credit_entries where customer_id = any(${customerIds}::text[])
    group by customer_id having sum(amount) > 0
  `.execute(transaction);
  return rows.map(({ customerId }) => customerId);
}

/**
 * Who enters or uses credit of a customer waits for the one before: two invoices must not use the same credit.
 *
 * @returns how many are locked
 */
async function lockCredit(transaction: Transaction<unknown>, customerIds: readonly CustomerId[]): Promise<number> {
  if (customerIds.length === 0) return 0;
  const { rows } = await sql`
    select pg_advisory_xact_lock(hashtextextended('credit/' || customer_id, 0)) from (
      select unnest(${customerIds}::text[]) as customer_id order by 1
    ) as customer
  `.execute(transaction);
  return rows.length;
}
