import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { OrderId } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Order, OrderState, ordersContract } from './contract.ts';

type Database = Kysely<unknown>;
type Operations = typeof ordersContract.operations;
type PlaceOrder = z.output<Operations['placeOrder']['input']>;
type ListOrders = z.output<Operations['listOrders']['input']>;

interface StateRow extends OrderState {
  readonly contentHash: string | null;
}

const stateColumns = sql.raw('order_id as "orderId", state, was_placed as "wasPlaced", content_hash as "contentHash"');

/**
 * Places an order and its lines in one statement; again with the same content answers the state that it is in.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when the id was used with other content; `InvalidState` when the order
 * was cancelled, even before it came
 */
export async function placeOrder(database: Database, order: PlaceOrder): Promise<OrderState> {
  const { orderId, checkoutId, customerId, lines, amounts } = order;
  const hash = contentHash(order);
  const { rows } = await sql<StateRow>`
    with placed as (
      insert into orders (
        order_id, state, was_placed, content_hash, checkout_id, customer_id,
        currency, goods, discount, shipping, tax, total, placed_at
      ) values (
        ${orderId}, 'pending', true, ${hash}, ${checkoutId}, ${customerId}, ${amounts.currency}, ${amounts.goods},
        ${amounts.discount}, ${amounts.shipping}, ${amounts.tax}, ${amounts.total}, now()
      )
      on conflict do nothing
      returning *
    ), lines as (
      insert into order_lines (order_id, position, sku, quantity, unit_price)
      select order_id, position, sku, quantity, unit_price
      from placed, unnest(
        ${lines.map(({ sku }) => sku)}::text[],
        ${lines.map(({ quantity }) => quantity)}::bigint[],
        ${lines.map(({ unitPrice }) => unitPrice)}::bigint[]
      ) with ordinality as line (sku, quantity, unit_price, position)
    )
    select ${stateColumns} from placed
  `.execute(database);
  const row = rows[0] ?? (await findState(database, orderId));
  if (row?.state === 'cancelled') {
    throw new ServiceFailure('InvalidState', `the order ${orderId} was cancelled; it cannot be placed any more`);
  }
  if (row?.contentHash !== hash) {
    throw new ServiceFailure(
      'IdempotencyConflict',
      `${orderId} was used before for another order; choose a new orderId`,
      { field: 'orderId' },
    );
  }
  return toState(row);
}

/** @throws {ServiceFailure} `NotFound`; `InvalidState` when the order was cancelled */
export async function completeOrder(database: Database, orderId: OrderId): Promise<OrderState> {
  const { rows } = await sql<StateRow>`
    update orders set state = 'completed', ended_at = now() where order_id = ${orderId} and state = 'pending'
    returning ${stateColumns}
  `.execute(database);
  const row = rows[0] ?? (await findState(database, orderId));
  if (!row) throw notFound(orderId);
  if (row.state === 'cancelled') {
    throw new ServiceFailure('InvalidState', `the order ${orderId} was cancelled; it cannot be completed`);
  }
  return toState(row);
}

/**
 * Cancels a pending order, or leaves a tombstone for one that was never seen. The first reason stays.
 *
 * @throws {ServiceFailure} `InvalidState` when the order is completed
 */
export async function cancelOrder(database: Database, orderId: OrderId, reason: string): Promise<OrderState> {
  const { rows } = await sql<StateRow>`
    insert into orders (order_id, state, was_placed, reason, ended_at)
    values (${orderId}, 'cancelled', false, ${reason}, now())
    on conflict (order_id) do update set state = 'cancelled', reason = excluded.reason, ended_at = now()
    where orders.state = 'pending'
    returning ${stateColumns}
  `.execute(database);
  const row = rows[0] ?? (await findState(database, orderId));
  if (row?.state !== 'cancelled') {
    throw new ServiceFailure('InvalidState', `the order ${orderId} is completed; refund it instead of cancelling it`);
  }
  return toState(row);
}

const orderColumns = sql.raw(`
  order_id as "orderId", checkout_id as "checkoutId", customer_id as "customerId", state, reason,
  placed_at as "placedAt", json_build_object(
    'currency', currency, 'goods', goods, 'discount', discount, 'shipping', shipping, 'tax', tax, 'total', total
  ) as amounts
`);

type OrderRow = Omit<Order, 'reason' | 'lines'> & { readonly reason: string | null };

/** @throws {ServiceFailure} `NotFound`, also for an order that was cancelled before it was placed */
export async function findOrder(database: Database, orderId: OrderId): Promise<Order> {
  const { rows } = await sql<OrderRow & Pick<Order, 'lines'>>`
    select ${orderColumns}, (
      select json_agg(json_build_object('sku', sku, 'quantity', quantity, 'unitPrice', unit_price) order by position)
      from order_lines where order_lines.order_id = orders.order_id
    ) as lines
    from orders where order_id = ${orderId} and was_placed
  `.execute(database);
  const row = rows[0];
  if (!row) throw notFound(orderId);
  return { ...toOrder(row), lines: row.lines };
}

/** Newest first, without their lines. */
export async function listOrders(
  database: Database,
  { customerId, state, limit }: ListOrders,
): Promise<Omit<Order, 'lines'>[]> {
  const { rows } = await sql<OrderRow>`
    select ${orderColumns} from orders
    where was_placed
      ${customerId === undefined ? sql`` : sql`and customer_id = ${customerId}`}
      ${state === undefined ? sql`` : sql`and state = ${state}`}
    order by placed_at desc, order_id limit ${limit}
  `.execute(database);
  return rows.map(toOrder);
}

async function findState(database: Database, orderId: OrderId): Promise<StateRow | undefined> {
  const { rows } = await sql<StateRow>`select ${stateColumns} from orders where order_id = ${orderId}`.execute(
    database,
  );
  return rows[0];
}

const toState = ({ contentHash: _, ...state }: StateRow): OrderState => state;

const toOrder = ({ reason, ...order }: OrderRow): Omit<Order, 'lines'> => ({
  ...order,
  ...(reason !== null && { reason }),
});

const notFound = (orderId: OrderId) => new ServiceFailure('NotFound', `there is no order ${orderId}`);
