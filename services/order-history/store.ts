import { type Kysely, sql, type Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId, OrderId } from '../../contracts/identifiers.ts';
import type { IntegrationEvent } from '../../events/envelope.ts';
import type { OrderHistory, OrderSummary } from './contract.ts';
import { type Entry, entryOf, type HistoryEvent, inOrder, summarize } from './timeline.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type OrderHistoryTables = Record<never, never>;

type Database = Kysely<OrderHistoryTables>;

/** Adds an event to its order's history, in the transaction that enters it into the inbox. */
export async function recordEvent(
  event: IntegrationEvent<HistoryEvent>,
  transaction: Transaction<OrderHistoryTables>,
): Promise<void> {
  const entry = entryOf(event);
  // What the entries say together is true only if nobody else adds one at the same time.
  await sql`select pg_advisory_xact_lock(hashtextextended(${entry.orderId}, 0))`.execute(transaction);
  await sql`
    insert into entries (event_id, order_id, checkout_id, customer_id, event, sequence, occurred_at, facts)
    values (${entry.eventId}, ${entry.orderId}, ${entry.checkoutId}, ${entry.customerId ?? null}, ${entry.event},
      ${entry.sequence}, ${entry.occurredAt}, ${JSON.stringify(entry.facts)})
    on conflict (event_id) do nothing
  `.execute(transaction);
  await keepSummary(transaction, summarize([entry, ...(await otherEntries(transaction, entry))]));
}

async function otherEntries(database: Database, { orderId, eventId }: Entry): Promise<Entry[]> {
  return (await findEntries(database, orderId)).filter((other) => other.eventId !== eventId);
}

async function findEntries(database: Database, orderId: OrderId): Promise<Entry[]> {
  const { rows } = await sql<Entry>`
    select event_id as "eventId", order_id as "orderId", checkout_id as "checkoutId", customer_id as "customerId",
      event, sequence, occurred_at as "occurredAt", facts
    from entries where order_id = ${orderId}
  `.execute(database);
  return rows;
}

async function keepSummary(database: Database, summary: OrderSummary): Promise<void> {
  const { orderId, checkoutId, customerId, state, amounts, refunded, reason, beganAt, changedAt } = summary;
  await sql`
    insert into orders (order_id, checkout_id, customer_id, state, amounts, refunded, reason, began_at, changed_at)
    values (${orderId}, ${checkoutId}, ${customerId ?? null}, ${state}, ${amounts ? JSON.stringify(amounts) : null},
      ${refunded}, ${reason ?? null}, ${beganAt}, ${changedAt})
    on conflict (order_id) do update set
      customer_id = excluded.customer_id, state = excluded.state, amounts = excluded.amounts,
      refunded = excluded.refunded, reason = excluded.reason,
      began_at = excluded.began_at, changed_at = excluded.changed_at
  `.execute(database);
}

type OrderRow = { readonly [Column in keyof OrderSummary]: OrderSummary[Column] | null };

const orderColumns = sql.raw(`
  order_id as "orderId", checkout_id as "checkoutId", customer_id as "customerId", state, amounts, refunded, reason,
  began_at as "beganAt", changed_at as "changedAt"
`);

/** @throws {ServiceFailure} `NotFound` while no event of the order has come in */
export async function findHistory(database: Database, orderId: OrderId): Promise<OrderHistory> {
  const [first, ...others] = await findEntries(database, orderId);
  if (!first) {
    throw new ServiceFailure('NotFound', `no event of an order ${orderId} has come in; it may be on its way`, {
      field: 'orderId',
    });
  }
  const timeline = inOrder([first, ...others]).map(({ eventId, event, sequence, occurredAt, facts }) => ({
    ...{ eventId, event, sequence, occurredAt },
    ...facts,
  }));
  return { ...summarize([first, ...others]), timeline };
}

/**
 * One page of a customer's orders, newest first.
 *
 * @param page.after the last order of the page before
 */
export async function listOrders(
  database: Database,
  { customerId, limit, after }: { customerId: CustomerId; limit: number; after?: OrderId | undefined },
): Promise<{ orders: OrderSummary[]; next?: OrderId | undefined }> {
  const { rows } = await sql<OrderRow>`
    select ${orderColumns} from orders
    where customer_id = ${customerId} and (${after ?? null}::text is null or (began_at, order_id) < (
      select began_at, order_id from orders where order_id = ${after ?? null} and customer_id = ${customerId}
    ))
    order by began_at desc, order_id desc limit ${limit + 1}
  `.execute(database);
  const orders = rows.slice(0, limit).map(toSummary);
  return { orders, next: rows.length > limit ? orders.at(-1)?.orderId : undefined };
}

const toSummary = (row: OrderRow) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as OrderSummary;
