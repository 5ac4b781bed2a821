import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { BillId, PurchaseOrderId } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Bill, Mismatch } from './bill-shapes.ts';
import type { purchasingContract } from './contract.ts';
import type { Order } from './order-shapes.ts';
import { lockOrder, orderNumber } from './order-store.ts';

type Database = Kysely<unknown>;
type ListFilter = z.output<typeof purchasingContract.operations.listBills.input>;

export type ListedBill = Omit<Bill, 'lines'>;

const listedColumns = sql`
  bills.bill_id as "billId", bills.number, bills.vendor_id as "vendorId", vendors.name as "vendorName",
  bills.po_id as "poId", orders.number as "poNumber", bills.state, bills.currency, bills.net, bills.tax, bills.paid,
  bills.due_date::text as "dueDate", bills.entered_by as "enteredBy", bills.mismatches, bills.approvals, bills.release,
  bills.reason, bills.entered_at as "enteredAt", bills.accepted_at as "acceptedAt", bills.ended_at as "endedAt"
`;

const listed = sql`bills join vendors using (vendor_id) left join orders using (po_id)`;

type Nullable = 'poId' | 'reason' | 'acceptedAt' | 'endedAt';

type Row = Omit<ListedBill, 'amounts' | 'open' | 'version' | 'poNumber' | Nullable> & {
  readonly [Name in Nullable]: NonNullable<Bill[Name]> | null;
} & {
  readonly poNumber: number | null;
  readonly currency: Bill['amounts']['currency'];
  readonly net: number;
  readonly tax: number;
  readonly paid: number;
};

/** What a person approves of a bill: its mismatches as they are. */
export const versionOf = (mismatches: readonly Mismatch[]): string => contentHash(mismatches);

function toBill<Besides>(row: Row & Besides): ListedBill & Besides {
  const { poId, poNumber, reason, acceptedAt, endedAt, currency, net, tax, paid, ...bill } = row;
  const total = net + tax;
  return {
    ...bill,
    amounts: { currency, net, tax, total },
    open: total - paid,
    version: versionOf(row.mismatches),
    ...(poId !== null && { poId }),
    ...(poNumber !== null && { poNumber: orderNumber(poNumber) }),
    ...(reason !== null && { reason }),
    ...(acceptedAt !== null && { acceptedAt }),
    ...(endedAt !== null && { endedAt }),
  } as unknown as ListedBill & Besides;
}

/** @throws {ServiceFailure} `NotFound` */
export async function findBill(database: Database, billId: BillId): Promise<Bill> {
  const bill = await recallBill(database, billId);
  if (bill) return bill;
  throw new ServiceFailure('NotFound', `there is no bill ${billId}`, { field: 'billId' });
}

/** The bill of an id, if it was entered. */
export async function recallBill(database: Database, billId: BillId): Promise<Bill | undefined> {
  const { rows } = await sql<Row & Pick<Bill, 'lines'>>`
    select ${listedColumns}, bills.lines from ${listed} where bills.bill_id = ${billId}
  `.execute(database);
  return rows[0] && toBill(rows[0]);
}

/** Newest first. */
export async function listBills(
  database: Database,
  { state, vendorId, poId, limit }: ListFilter,
): Promise<ListedBill[]> {
  const conditions: RawBuilder<unknown>[] = [
    sql`true`,
    ...(state ? [sql`bills.state = ${state}`] : []),
    ...(vendorId ? [sql`bills.vendor_id = ${vendorId}`] : []),
    ...(poId ? [sql`bills.po_id = ${poId}`] : []),
  ];
  const { rows } = await sql<Row>`
    select ${listedColumns} from ${listed} where ${sql.join(conditions, sql` and `)}
    order by bills.entered_at desc, bills.bill_id limit ${limit}
  `.execute(database);
  return rows.map((row) => toBill(row));
}

/** Until the transaction ends neither an entry nor a rejection of the bill is missed by the other one. */
export async function lockBillId(transaction: Transaction<unknown>, billId: BillId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('bill/' || ${billId}, 0))`.execute(transaction);
}

/**
 * A bill that this transaction is about to change, with its order: what counts on the order waits. The order is locked first, as
 * everything does.
 *
 * @throws {ServiceFailure} `NotFound`
 */
export async function lockBill(
  transaction: Transaction<unknown>,
  billId: BillId,
): Promise<{ readonly bill: Bill; readonly order?: Order }> {
  const { poId } = await findBill(transaction, billId);
  const order = poId && (await lockOrder(transaction, poId));
  await sql`select from bills where bill_id = ${billId} for update`.execute(transaction);
  const bill = await findBill(transaction, billId);
  return { bill, ...(order && { order }) };
}

/** The bill of an order about which nothing is decided, if there is one. */
export async function undecidedBill(
  transaction: Transaction<unknown>,
  poId: PurchaseOrderId,
): Promise<BillId | undefined> {
  const { rows } = await sql<{ billId: BillId }>`
    select bill_id as "billId" from bills where po_id = ${poId} and state in ('entered', 'matched', 'mismatched') limit 1
  `.execute(transaction);
  return rows[0]?.billId;
}

/** @throws {ServiceFailure} `InvalidState` when the bill is in none of these states */
export function requireBillState({ billId, state }: Pick<Bill, 'billId' | 'state'>, ...states: Bill['state'][]): void {
  if (states.includes(state)) return;
  throw new ServiceFailure('InvalidState', `the bill ${billId} is ${state}, and not ${states.join(' or ')}`);
}
