import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { approvalRefusals } from '../../contracts/approval-refusals.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PurchaseOrderId } from '../../contracts/identifiers.ts';
import type { purchasingContract } from './contract.ts';
import type { Order } from './order-shapes.ts';

type Database = Kysely<unknown>;
type ListFilter = z.output<typeof purchasingContract.operations.listOrders.input>;

export type ListedOrder = Omit<Order, 'lines'>;

const listedColumns = sql`
  orders.po_id as "poId", orders.number, orders.version, orders.state, orders.vendor_id as "vendorId",
  vendors.name as "vendorName", orders.authors, orders.currency, orders.budget_id as "budgetId", orders.approvals,
  json_build_object(
    'personId', orders.requester_id, 'name', orders.requester_name, 'email', orders.requester_email
  ) as requester,
  order_versions.total, order_versions.required, orders.released, orders.reason, orders.submitted_at as "submittedAt",
  orders.approved_at as "approvedAt", orders.ended_at as "endedAt"
`;

/** Orders with their current version and vendor. */
const listed = sql`
  orders join vendors using (vendor_id)
  join order_versions on order_versions.po_id = orders.po_id and order_versions.version = orders.version
`;

const lineColumn = sql`(
  select json_agg(json_build_object(
    'line', line, 'description', description, 'quantity', quantity, 'unitPrice', unit_price, 'received', received,
    'billed', billed
  ) order by line)
  from order_lines where order_lines.po_id = orders.po_id and order_lines.version = orders.version
) as lines`;

type Nullable = 'budgetId' | 'reason' | 'approvedAt' | 'endedAt';

type Row<Found extends ListedOrder> = Omit<Found, 'number' | Nullable> & {
  readonly [Name in Nullable]: NonNullable<Order[Name]> | null;
} & { readonly number: number };

/** `PO-000017`: the number of an order as people read it. */
export const orderNumber = (number: number): string => `PO-${String(number).padStart(6, '0')}`;

function toOrder<Found extends ListedOrder>(row: Row<Found>): Found {
  const { number, budgetId, reason, approvedAt, endedAt, ...order } = row;
  return {
    ...order,
    number: orderNumber(number),
    ...(budgetId !== null && { budgetId }),
    ...(reason !== null && { reason }),
    ...(approvedAt !== null && { approvedAt }),
    ...(endedAt !== null && { endedAt }),
  } as unknown as Found;
}

/** @throws {ServiceFailure} `NotFound` */
export async function findOrder(database: Database, poId: PurchaseOrderId): Promise<Order> {
  const order = await recallOrder(database, poId);
  if (order) return order;
  throw new ServiceFailure('NotFound', `there is no purchase order ${poId}`, { field: 'poId' });
}

/** The order of an id, if it was submitted. */
export async function recallOrder(database: Database, poId: PurchaseOrderId): Promise<Order | undefined> {
  const { rows } = await sql<Row<Order>>`
    select ${listedColumns}, ${lineColumn} from ${listed} where orders.po_id = ${poId}
  `.execute(database);
  return rows[0] && toOrder(rows[0]);
}

/** Newest first. */
export async function listOrders(
  database: Database,
  { state, vendorId, requester, awaitingPerson, awaitingRole, limit }: ListFilter,
): Promise<ListedOrder[]> {
  const conditions: RawBuilder<unknown>[] = [
    ...(state ? [sql`orders.state = ${state}`] : []),
    ...(vendorId ? [sql`orders.vendor_id = ${vendorId}`] : []),
    ...(requester ? [sql`orders.requester_id = ${requester}`] : []),
    ...(awaitingPerson
      ? [sql`${askedLast({ personId: awaitingPerson })} and not ${awaitingPerson} = any(orders.authors)`]
      : []),
    ...(awaitingRole ? [askedLast({ roles: [awaitingRole] })] : []),
  ];
  const { rows } = await sql<Row<ListedOrder>>`
    select ${listedColumns} from ${listed}
    where ${conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`}
    order by orders.number desc limit ${limit}
  `.execute(database);
  return rows.map(toOrder);
}

/** Whether such an approver is among those who were asked last about the current version. */
const askedLast = (approver: { readonly personId?: string; readonly roles?: readonly string[] }) => sql`
  orders.state = 'awaiting-approval' and (
    select approvers from askings where askings.po_id = orders.po_id and askings.version = orders.version
    order by day desc, asked_at desc limit 1
  ) @> ${JSON.stringify([approver])}::jsonb
`;

/** An order that this transaction is about to change: others that would change it, or count on it, wait. */
export async function lockOrder(transaction: Transaction<unknown>, poId: PurchaseOrderId): Promise<Order> {
  await sql`select from orders where po_id = ${poId} for update`.execute(transaction);
  return findOrder(transaction, poId);
}

/** Until the transaction ends neither a submission nor the end of the order is missed by the other one. */
export async function lockOrderId(transaction: Transaction<unknown>, poId: PurchaseOrderId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('purchase-order/' || ${poId}, 0))`.execute(transaction);
}

/** @throws {ServiceFailure} `InvalidState` when the order is in none of these states */
export function requireState({ number, state }: Pick<Order, 'number' | 'state'>, ...states: Order['state'][]): void {
  if (states.includes(state)) return;
  throw new ServiceFailure('InvalidState', `the order ${number} is ${state}, and not ${states.join(' or ')}`);
}

/** @throws {ServiceFailure} `ApprovalOutdated` when it is not the current version */
export function requireVersion({ number, version }: Pick<Order, 'number' | 'version'>, seen: number): void {
  if (seen === version) return;
  throw new ServiceFailure(
    approvalRefusals.ApprovalOutdated,
    `version ${seen} of the order ${number} is not the current one: look at version ${version}`,
    { field: 'version', facts: { version } },
  );
}
