import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { OrderId, PaymentId } from '../../contracts/identifiers.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Cancellation, Order, OrderState, ordersContract } from './contract.ts';
import { refundsOfOrder } from './refund-columns.ts';

type Database = Kysely<unknown>;
type Operations = typeof ordersContract.operations;
type PlaceOrder = z.output<Operations['placeOrder']['input']>;
type ListOrders = z.output<Operations['listOrders']['input']>;

interface StateRow extends OrderState {
  readonly contentHash: string | null;
  readonly paymentId: PaymentId | null;
}

const stateColumns = sql.raw(`
  order_id as "orderId", state, was_placed as "wasPlaced", content_hash as "contentHash", payment_id as "paymentId"
`);

/**
 * Places an order and its lines in one statement; again with the same content answers the state that it is in.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when the id was used with other content; `InvalidState` when the order
 * was cancelled, even before it came
 */
export async function placeOrder(database: Database, order: PlaceOrder): Promise<OrderState> {
  const { contact, requestHash, ...content } = order;
  const { orderId, checkoutId, customerId, lines, amounts } = content;
  const hash = contentHash(content);
  const { rows } = await sql<StateRow>`
    with placed as (
      insert into orders (
        order_id, state, was_placed, content_hash, checkout_id, customer_id,
        currency, goods, discount, shipping, tax, total, request_hash, contact_name, contact_email, placed_at
      ) values (
        ${orderId}, 'pending', true, ${hash}, ${checkoutId}, ${customerId}, ${amounts.currency}, ${amounts.goods},
        ${amounts.discount}, ${amounts.shipping}, ${amounts.tax}, ${amounts.total}, ${requestHash ?? null},
        ${contact?.name ?? null}, ${contact?.email ?? null}, now()
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

/**
 * @param paymentId the payment that was captured; the order keeps it for its refunds. Absent for an order of nothing
 * @throws {ServiceFailure} `NotFound`; `InvalidState` when the order was cancelled, or costs something and has no payment;
 * `IdempotencyConflict` when it was completed with another payment
 */
export async function completeOrder(
  database: Database,
  orderId: OrderId,
  paymentId: PaymentId | undefined,
): Promise<OrderState> {
  const { rows } = await sql<StateRow>`
    update orders set state = 'completed', payment_id = ${paymentId ?? null}, ended_at = now()
    where order_id = ${orderId} and state = 'pending' and (total = 0) = ${paymentId === undefined}
    returning ${stateColumns}
  `.execute(database);
  const row = rows[0] ?? (await findState(database, orderId));
  if (!row) throw notFound(orderId);
  if (row.state === 'cancelled') {
    throw new ServiceFailure('InvalidState', `the order ${orderId} was cancelled; it cannot be completed`);
  }
  if (row.state === 'pending') {
    const message = paymentId
      ? `the order ${orderId} costs nothing; complete it without a payment`
      : `the order ${orderId} costs something; complete it with the payment that was captured`;
    throw new ServiceFailure('InvalidState', message, { field: 'paymentId' });
  }
  if (row.paymentId !== (paymentId ?? null)) {
    const message = row.paymentId
      ? `the order ${orderId} was completed with the payment ${row.paymentId}; complete it with that one`
      : `the order ${orderId} was completed without a payment; complete it without one`;
    throw new ServiceFailure('IdempotencyConflict', message, { field: 'paymentId' });
  }
  return toState(row);
}

/**
 * Cancels a pending order, or leaves a tombstone for one that was never seen. The first reason stays. A process that has
 * recorded nothing has nothing to publish.
 *
 * @throws {ServiceFailure} `InvalidState` when the order is completed
 */
export async function cancelOrder(
  database: Database,
  orderId: OrderId,
  reason: string,
  cancellation?: Cancellation,
): Promise<OrderState> {
  const { rows } = await sql<StateRow>`
    insert into orders (order_id, state, was_placed, reason, cancellation, ended_at)
    values (${orderId}, 'cancelled', false, ${reason}, ${cancellation ? JSON.stringify(cancellation) : null}, now())
    on conflict (order_id) do update
    set state = 'cancelled', reason = excluded.reason, cancellation = excluded.cancellation, ended_at = now(),
      published_at = case when ${cancellation?.recorded === undefined} then now() end
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
  placed_at as "placedAt", ended_at as "endedAt", payment_id as "paymentId", (
    select coalesce(sum(total), 0)::bigint from refunds
    where refunds.order_id = orders.order_id and refunds.state = 'completed'
  ) as refunded, json_build_object(
    'currency', currency, 'goods', goods, 'discount', discount, 'shipping', shipping, 'tax', tax, 'total', total
  ) as amounts
`);

type ListedOrder = Omit<Order, 'lines' | 'refunds' | 'contact'>;

interface OrderRow extends Omit<ListedOrder, 'reason' | 'paymentId' | 'endedAt'> {
  readonly reason: string | null;
  readonly paymentId: PaymentId | null;
  readonly endedAt: string | null;
}

interface WholeOrderRow extends OrderRow, Pick<Order, 'lines' | 'refunds'> {
  readonly contact: NonNullable<Order['contact']> | null;
}

/** @throws {ServiceFailure} `NotFound`, also for an order that was cancelled before it was placed */
export async function findOrder(database: Database, orderId: OrderId): Promise<Order> {
  const { rows } = await sql<WholeOrderRow>`
    select ${orderColumns},
    case when contact_email is not null then json_build_object('name', contact_name, 'email', contact_email) end as contact,
    (
      select json_agg(json_build_object('sku', sku, 'quantity', quantity, 'unitPrice', unit_price) order by position)
      from order_lines where order_lines.order_id = orders.order_id
    ) as lines, ${refundsOfOrder} as refunds
    from orders where order_id = ${orderId} and was_placed
  `.execute(database);
  const row = rows[0];
  if (!row) throw notFound(orderId);
  const { contact, lines, refunds, ...order } = row;
  return { ...toOrder(order), lines, refunds, ...(contact && { contact }) };
}

/** Newest first, without their lines and refunds. */
export async function listOrders(database: Database, { customerId, state, limit }: ListOrders): Promise<ListedOrder[]> {
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

const toState = ({ orderId, state, wasPlaced }: StateRow): OrderState => ({ orderId, state, wasPlaced });

const toOrder = ({ reason, paymentId, endedAt, ...order }: OrderRow): ListedOrder => ({
  ...order,
  ...(reason !== null && { reason }),
  ...(paymentId !== null && { paymentId }),
  ...(endedAt !== null && { endedAt }),
});

export const notFound = (orderId: OrderId) => new ServiceFailure('NotFound', `there is no order ${orderId}`);
