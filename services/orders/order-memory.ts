import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { OrderId } from '../../contracts/identifiers.ts';
import type { Cancellation, Order, ordersContract, Publication, RecalledOrder } from './contract.ts';
import { findOrder, notFound } from './store.ts';

type Database = Kysely<unknown>;
type ListUnfinished = z.output<(typeof ordersContract)['operations']['listUnfinishedOrders']['input']>;

interface RecalledRow {
  readonly state: Order['state'];
  readonly wasPlaced: boolean;
  readonly requestHash: string | null;
  readonly reason: string | null;
  readonly cancellation: Cancellation | null;
}

/** What became of an order id; one that was never seen is `unknown`. */
export async function recallOrder(database: Database, orderId: OrderId): Promise<RecalledOrder> {
  const { rows } = await sql<RecalledRow>`
    select state, was_placed as "wasPlaced", request_hash as "requestHash", reason, cancellation
    from orders where order_id = ${orderId}
  `.execute(database);
  const [row] = rows;
  if (!row) return { orderId, state: 'unknown' };
  const { state, wasPlaced, requestHash, reason } = row;
  // A release that kept the type alone is told by it.
  const cancellation = row.cancellation ?? (reason === null ? undefined : { type: reason, message: '' });
  return {
    orderId,
    state,
    ...(requestHash !== null && { requestHash }),
    ...(cancellation && { cancellation }),
    ...(wasPlaced && { order: await findOrder(database, orderId) }),
  };
}

/** The ids of orders that have been pending, or have ended unpublished, for a while, in the order of their ids. */
export async function listUnfinishedOrders(
  database: Database,
  { olderThanSeconds, after = '' as OrderId, limit }: ListUnfinished,
): Promise<OrderId[]> {
  const { rows } = await sql<{ orderId: OrderId }>`
    select order_id as "orderId" from orders
    where published_at is null and was_placed and order_id > ${after}
      and coalesce(ended_at, placed_at) <= now() - make_interval(secs => ${olderThanSeconds})
    order by order_id limit ${limit}
  `.execute(database);
  return rows.map(({ orderId }) => orderId);
}

/**
 * Keeps when the facts of an order were first published. One that is pending goes on being unfinished.
 *
 * @throws {ServiceFailure} `NotFound`
 */
export async function recordOrderPublication(database: Database, orderId: OrderId): Promise<Publication> {
  const { rows } = await sql<{ publishedAt: string | null }>`
    update orders set published_at = case when state <> 'pending' then coalesce(published_at, now()) end
    where order_id = ${orderId}
    returning published_at as "publishedAt"
  `.execute(database);
  if (!rows[0]) throw notFound(orderId);
  const { publishedAt } = rows[0];
  return publishedAt === null ? {} : { publishedAt };
}
