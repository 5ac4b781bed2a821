import { type Kysely, sql, type Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PurchaseOrderId } from '../../contracts/identifiers.ts';
import { takeOfBudget } from './budgets.ts';
import type { Order } from './order-shapes.ts';
import { lockOrder, recallOrder, requireState, requireVersion } from './order-store.ts';

interface Reservation {
  readonly reserved: number | null;
  readonly isRefused: boolean;
}

/**
 * Reserves what the current version of an order comes to of the budget that it names.
 *
 * @returns nothing where it names none
 * @throws {ServiceFailure} `NotFound`; `ApprovalOutdated`; `InvalidState` when it was given back, or the order does not wait for an
 * approval; `BudgetExceeded`
 */
export function reserveBudget(
  database: Kysely<unknown>,
  { poId, version }: { readonly poId: PurchaseOrderId; readonly version: number },
): Promise<{ reserved: number }> {
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, poId);
    requireState(order, 'awaiting-approval');
    requireVersion(order, version);
    await reserve(transaction, order, order.total);
    return { reserved: order.budgetId ? order.total : 0 };
  });
}

/** Has a locked order take this amount of its budget, whatever it takes now. */
export async function reserve(transaction: Transaction<unknown>, order: Order, amount: number): Promise<void> {
  const { poId, number, budgetId } = order;
  if (!budgetId) return;
  const { reserved, isRefused } = await reservationOf(transaction, poId);
  if (isRefused) throw new ServiceFailure('InvalidState', `the order ${number} has given its budget back already`);
  await takeOfBudget(transaction, budgetId, amount - (reserved ?? 0));
  await sql`update orders set reserved = ${amount} where po_id = ${poId}`.execute(transaction);
}

async function reservationOf(transaction: Transaction<unknown>, poId: PurchaseOrderId): Promise<Reservation> {
  const { rows } = await sql<Reservation>`
    select reserved, reservation_refused as "isRefused" from orders where po_id = ${poId}
  `.execute(transaction);
  return rows[0] as Reservation;
}

/**
 * Gives back what an order that is not approved has reserved; a reservation that comes later is refused.
 *
 * @throws {ServiceFailure} `InvalidState` when it is approved
 */
export function releaseBudget(database: Kysely<unknown>, poId: PurchaseOrderId): Promise<{ released: number }> {
  return database.transaction().execute(async (transaction) => {
    if (!(await recallOrder(transaction, poId))) return { released: 0 };
    const order = await lockOrder(transaction, poId);
    if (order.approvedAt) requireState(order, 'awaiting-approval');
    return { released: await release(transaction, order) };
  });
}

/** Has a locked order that is not approved give back all that it takes of its budget, for good. */
export async function release(transaction: Transaction<unknown>, { poId, budgetId }: Order): Promise<number> {
  const { reserved } = await reservationOf(transaction, poId);
  if (budgetId && reserved) await takeOfBudget(transaction, budgetId, -reserved);
  await sql`update orders set reserved = null, reservation_refused = true where po_id = ${poId}`.execute(transaction);
  return reserved ?? 0;
}
