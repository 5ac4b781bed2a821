import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { type Currency, formatMoney } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { PurchaseOrderId } from '../../contracts/identifiers.ts';
import { largestBookAmount } from '../../contracts/money.ts';
import { type ApprovalLimits, requiredRoles, totalOfLines } from '../../contracts/purchase-orders.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { contentHash } from '../../platform/content-hash.ts';
import { takeNumbers } from '../../platform/numbering.ts';
import { about, envelopeOf } from './announcement.ts';
import { findBudget, otherCurrency } from './budgets.ts';
import type { purchasingContract } from './contract.ts';
import type { Order, OrderDraft, OrderLine } from './order-shapes.ts';
import { findOrder, lockOrder, lockOrderId, requireState, requireVersion } from './order-store.ts';
import { reserve } from './reservations.ts';
import { findVendor } from './vendors.ts';

type Amendment = z.output<typeof purchasingContract.operations.amendOrder.input>;

/**
 * Submits an order, once: its number, its first version and the event are one transaction. The same id again answers the order
 * as it is.
 *
 * @throws {ServiceFailure} `VendorUnknown`; `NotFound` and `CurrencyMismatch` for its budget; `InvalidRequest` when it comes to
 * nothing or too much; `IdempotencyConflict`; `InvalidState` when it was ended before it came
 */
export function submitOrder(database: Kysely<unknown>, draft: OrderDraft, limits: ApprovalLimits): Promise<Order> {
  const { poId, vendorId, requester, currency, budgetId, lines } = draft;
  const total = totalOf(lines, currency);
  const content = { vendorId, requester: requester.personId, currency, budgetId: budgetId ?? null, lines };
  const hash = contentHash(content);
  return database.transaction().execute(async (transaction) => {
    await lockOrderId(transaction, poId);
    if (await isSubmitted(transaction, poId, hash)) return findOrder(transaction, poId);
    await refuseEnded(transaction, poId);
    await findVendor(transaction, vendorId);
    const budget = budgetId && (await findBudget(transaction, budgetId));
    if (budget && budget.currency !== currency) throw otherCurrency(budget, 'budgetId');
    const number = await takeNumbers(transaction, 'purchase-order', async () => 1);
    await sql`
      insert into orders (
        po_id, number, content_hash, vendor_id, requester_id, requester_name, requester_email, currency, budget_id, authors
      ) values (
        ${poId}, ${number}, ${hash}, ${vendorId}, ${requester.personId}, ${requester.name}, ${requester.email}, ${currency},
        ${budgetId ?? null}, array[${requester.personId}]::text[]
      )
    `.execute(transaction);
    const required = requiredRoles({ total, currency }, limits);
    await writeVersion(transaction, { poId, version: 1, author: requester.personId, lines, total, required });
    return announceSubmitted(transaction, poId);
  });
}

/**
 * Puts other lines in the place of a version, and reserves what they come to: all of it or nothing. Whoever amends an order is
 * one of its authors. The same amendment again answers the order as it is.
 *
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when it does not wait for an approval; `ApprovalOutdated` when it was
 * amended otherwise meanwhile; `BudgetExceeded`; `InvalidRequest` when it comes to nothing or too much
 */
export function amendOrder(
  database: Kysely<unknown>,
  { poId, version, by, lines }: Amendment,
  limits: ApprovalLimits,
): Promise<Order> {
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, poId);
    const next = version + 1;
    if (order.version === next && (await isSameVersion(transaction, { poId, version: next, by, lines }))) return order;
    requireState(order, 'awaiting-approval');
    requireVersion(order, version);
    const total = totalOf(lines, order.currency);
    await reserve(transaction, order, total);
    const required = requiredRoles({ total, currency: order.currency }, limits);
    await writeVersion(transaction, { poId, version: next, author: by, lines, total, required });
    await sql`
      update orders set version = ${next},
        authors = case when ${by}::text = any(authors) then authors else authors || ${by}::text end
      where po_id = ${poId}
    `.execute(transaction);
    return announceSubmitted(transaction, poId);
  });
}

async function announceSubmitted(transaction: Transaction<unknown>, poId: PurchaseOrderId): Promise<Order> {
  const order = await findOrder(transaction, poId);
  const { requester, required } = order;
  const event = createEvent({
    ...(await envelopeOf(transaction, order)),
    name: 'POSubmitted',
    data: { ...about(order), requester, required },
  });
  await appendToOutbox(transaction, event);
  return order;
}

interface NewVersion {
  readonly poId: PurchaseOrderId;
  readonly version: number;
  readonly author: string;
  readonly lines: readonly OrderLine[];
  readonly total: number;
  readonly required: readonly string[];
}

async function writeVersion(
  transaction: Transaction<unknown>,
  { poId, version, author, lines, total, required }: NewVersion,
): Promise<void> {
  await sql`
    insert into order_versions (po_id, version, author, content_hash, total, required)
    values (${poId}, ${version}, ${author}, ${contentHash(lines)}, ${total}, ${[...required]}::text[])
  `.execute(transaction);
  await sql`
    insert into order_lines (po_id, version, line, description, quantity, unit_price)
    select ${poId}, ${version}, place, entry ->> 'description', (entry ->> 'quantity')::bigint, (entry ->> 'unitPrice')::bigint
    from jsonb_array_elements(${JSON.stringify(lines)}::jsonb) with ordinality as written (entry, place)
  `.execute(transaction);
}

async function isSubmitted(transaction: Transaction<unknown>, poId: PurchaseOrderId, hash: string): Promise<boolean> {
  const { rows } = await sql<{ hash: string }>`
    select content_hash as hash from orders where po_id = ${poId}
  `.execute(transaction);
  const [known] = rows;
  if (known && known.hash !== hash) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `the order ${poId} was submitted before with other content; choose a new poId`,
      { field: 'poId' },
    );
  }
  return known !== undefined;
}

async function refuseEnded(transaction: Transaction<unknown>, poId: PurchaseOrderId): Promise<void> {
  const { rows } = await sql`select from orders_ended_early where po_id = ${poId}`.execute(transaction);
  if (rows.length === 0) return;
  throw new ServiceFailure('InvalidState', `the order ${poId} was ended before it was submitted; choose a new poId`);
}

async function isSameVersion(
  transaction: Transaction<unknown>,
  { poId, version, by, lines }: Amendment,
): Promise<boolean> {
  const { rows } = await sql`
    select from order_versions
    where po_id = ${poId} and version = ${version} and author = ${by} and content_hash = ${contentHash(lines)}
  `.execute(transaction);
  return rows.length > 0;
}

/** @throws {ServiceFailure} `InvalidRequest` naming `lines` */
function totalOf(lines: readonly OrderLine[], currency: Currency): number {
  const total = totalOfLines(lines);
  if (total === 0) throw invalidLines('an order comes to something: its lines come to nothing');
  if (total <= largestBookAmount) return total;
  throw invalidLines(`an order comes to at most ${formatMoney(largestBookAmount, currency)}`);
}

const invalidLines = (message: string) => new ServiceFailure('InvalidRequest', `lines: ${message}`, { field: 'lines' });
