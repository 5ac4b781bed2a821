import { type Kysely, sql, type Transaction } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId, OrderId } from '../../contracts/identifiers.ts';
import type { OrderHistory, OrderSummary } from './contract.ts';
import type { Entry } from './entries/entry.ts';
import { inOrder, summarize } from './timeline.ts';

/** All SQL is written out, so the tables need no types of their own. */
export type OrderHistoryTables = Record<never, never>;

type Database = Kysely<OrderHistoryTables>;

/** Adds entries of different events to the histories of their orders, in the transaction that enters the events into the inbox. */
export async function recordEntries(
  transaction: Transaction<OrderHistoryTables>,
  entries: readonly Entry[],
): Promise<void> {
  const orderIds = [...new Set(entries.map(({ orderId }) => orderId))];
  // What the entries of an order say together is true only if no other transaction adds one at the same time. All take their locks
  // in one order: two processes cannot deadlock.
  await sql`
    select pg_advisory_xact_lock(key)
    from (select hashtextextended(order_id, 0) as key from unnest(${orderIds}::text[]) as order_id order by key) as keys
  `.execute(transaction);
  await insertEntries(transaction, entries);
  const histories = Map.groupBy(await findEntries(transaction, orderIds), ({ orderId }) => orderId);
  await keepSummaries(
    transaction,
    [...histories.values()].map((history) => summarize(history as [Entry, ...Entry[]])),
  );
}

async function insertEntries(database: Database, entries: readonly Entry[]): Promise<void> {
  await sql`
    insert into entries (event_id, order_id, checkout_id, customer_id, event, sequence, occurred_at, facts)
    select * from unnest(
      ${entries.map(({ eventId }) => eventId)}::text[], ${entries.map(({ orderId }) => orderId)}::text[],
      ${entries.map(({ checkoutId }) => checkoutId)}::text[], ${entries.map(({ customerId }) => customerId)}::text[],
      ${entries.map(({ event }) => event)}::text[], ${entries.map(({ sequence }) => sequence)}::integer[],
      ${entries.map(({ occurredAt }) => occurredAt)}::timestamptz[],
      ${entries.map(({ facts }) => JSON.stringify(facts))}::jsonb[]
    )
    on conflict (event_id) do nothing
  `.execute(database);
}

async function findEntries(database: Database, orderIds: readonly OrderId[]): Promise<Entry[]> {
  const { rows } = await sql<Entry>`
    select event_id as "eventId", order_id as "orderId", checkout_id as "checkoutId", customer_id as "customerId",
      event, sequence, occurred_at as "occurredAt", facts
    from entries where order_id = any(${orderIds})
  `.execute(database);
  return rows;
}

async function keepSummaries(database: Database, summaries: readonly OrderSummary[]): Promise<void> {
  await sql`
    insert into orders (order_id, checkout_id, customer_id, state, amounts, refunded, reason, began_at, changed_at)
    select * from unnest(
      ${summaries.map(({ orderId }) => orderId)}::text[], ${summaries.map(({ checkoutId }) => checkoutId)}::text[],
      ${summaries.map(({ customerId }) => customerId)}::text[], ${summaries.map(({ state }) => state)}::text[],
      ${summaries.map(({ amounts }) => amounts && JSON.stringify(amounts))}::jsonb[],
      ${summaries.map(({ refunded }) => refunded)}::bigint[], ${summaries.map(({ reason }) => reason)}::text[],
      ${summaries.map(({ beganAt }) => beganAt)}::timestamptz[],
      ${summaries.map(({ changedAt }) => changedAt)}::timestamptz[]
    )
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
  const [first, ...others] = await findEntries(database, [orderId]);
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
