import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PaymentId } from '../../contracts/identifiers.ts';
import type { billingContract, InvoicePayment } from './contract.ts';
import { invoiceNumber } from './store.ts';

type Database = Kysely<unknown>;
type Operations = typeof billingContract.operations;

interface PaymentRow extends Omit<InvoicePayment, 'allocations'> {
  readonly allocations: readonly { invoiceId: string; number: number; amount: number }[];
  readonly contentHash: string | null;
}

/** Absent columns are left out, as the contract has them. */
const columns = sql.raw(`
  payment_id as "paymentId", method, state, customer_id as "customerId",
  case when contact_email is not null then json_build_object('name', contact_name, 'email', contact_email) end as contact,
  currency, amount, credit, reason, assigned_by as "assignedBy", created_at as "createdAt", content_hash as "contentHash",
  case when method = 'transfer' then json_build_object(
    'account', account, 'bankReference', bank_reference, 'receivedOn', received_on, 'payer', payer, 'remittance', remittance
  ) end as transfer,
  (
    select sum(amount)::bigint from payment_reversals
    where payment_reversals.payment_id = payments.payment_id and reinstated_at is null
  ) as reversed,
  coalesce((
    select json_agg(json_build_object('invoiceId', invoice_id, 'number', number, 'amount', allocations.amount)
      order by number)
    from allocations join invoices using (invoice_id) where allocations.payment_id = payments.payment_id
  ), '[]') as allocations
`);

/** A payment with the hash of what its caller asked for. */
export interface KnownPayment {
  readonly payment: InvoicePayment;
  readonly contentHash: string | null;
}

/** @throws {ServiceFailure} `NotFound` */
export async function findPayment(database: Database, paymentId: PaymentId): Promise<InvoicePayment> {
  const known = await knownPayment(database, sql`payment_id = ${paymentId}`);
  if (known) return known.payment;
  throw new ServiceFailure('NotFound', `there is no payment ${paymentId} of an invoice`, { field: 'paymentId' });
}

export async function knownPayment(database: Database, where: RawBuilder<unknown>): Promise<KnownPayment | undefined> {
  const { rows } = await sql<PaymentRow>`select ${columns} from payments where ${where}`.execute(database);
  const [row] = rows;
  return row && { payment: toPayment(row), contentHash: row.contentHash };
}

/** Locks the row of a payment until the transaction ends. */
export async function lockPayment(transaction: Transaction<unknown>, paymentId: PaymentId): Promise<void> {
  await sql`select from payments where payment_id = ${paymentId} for update`.execute(transaction);
}

type PaymentFilter = z.output<Operations['listPayments']['input']>;

/** Newest first. */
export async function listPayments(
  database: Database,
  { customerId, invoiceId, state, limit }: PaymentFilter,
): Promise<InvoicePayment[]> {
  const { rows } = await sql<PaymentRow>`
    select ${columns} from payments
    where ${customerId ? sql`customer_id = ${customerId}` : sql`true`}
      and ${state ? sql`state = ${state}` : sql`true`}
      and ${invoiceId ? sql`payment_id in (select payment_id from allocations where invoice_id = ${invoiceId})` : sql`true`}
    order by created_at desc, payment_id limit ${limit}
  `.execute(database);
  return rows.map(toPayment);
}

/** The ids of payments that have held a claim for a while, in the order of their ids. */
export async function listClaimedPayments(
  database: Database,
  { olderThanSeconds, after = '' as PaymentId, limit }: z.output<Operations['listClaimedPayments']['input']>,
): Promise<PaymentId[]> {
  const { rows } = await sql<{ paymentId: PaymentId }>`
    select payment_id as "paymentId" from payments
    where state = 'claimed' and payment_id > ${after}
      and created_at <= now() - make_interval(secs => ${olderThanSeconds})
    order by payment_id limit ${limit}
  `.execute(database);
  return rows.map(({ paymentId }) => paymentId);
}

function toPayment({ contentHash: _, allocations, ...row }: PaymentRow): InvoicePayment {
  const present = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return {
    ...(present as Omit<InvoicePayment, 'allocations'>),
    allocations: allocations.map(({ number, ...allocation }) => ({
      ...(allocation as { invoiceId: InvoicePayment['allocations'][number]['invoiceId']; amount: number }),
      number: invoiceNumber(number),
    })),
  };
}
