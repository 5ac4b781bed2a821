import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import { sumBySku } from '../../contracts/cart-lines.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { OrderId, RefundId } from '../../contracts/identifiers.ts';
import { refundRefusals } from '../../contracts/refund-refusals.ts';
import { contentHash } from '../../platform/content-hash.ts';
import type { Cancellation, Order, OrderRefund, ordersContract, RefundState } from './contract.ts';
import { refundAmounts } from './refund-amounts.ts';
import { refundColumns } from './refund-columns.ts';
import { type BoughtLine, takePieces } from './refund-lines.ts';
import { amountsLeft, cutToLeft } from './refund-shares.ts';

type Database = Kysely<unknown>;
type RequestRefund = z.output<(typeof ordersContract)['operations']['requestRefund']['input']>;

type LockedOrder = Pick<Order, 'state' | 'amounts'>;

interface RefundRow extends RefundState {
  readonly contentHash: string | null;
}

const stateColumns = sql.raw(
  'refund_id as "refundId", order_id as "orderId", state, was_requested as "wasRequested", content_hash as "contentHash"',
);

/**
 * Claims pieces for a refund, under a lock of the order: refunds at once never take more than was bought. Again with the
 * same content answers the refund as it is.
 *
 * @throws {ServiceFailure} `NotFound`; `OrderNotCompleted`; `LineNotBought`; `RefundTooLarge` when there is no money left
 * to give back for what is asked; `IdempotencyConflict` when the id was used with other content; `InvalidState` when the
 * refund was cancelled, even before it came
 */
export async function requestRefund(database: Database, request: RequestRefund): Promise<OrderRefund> {
  const { orderId, refundId } = request;
  const asked = request.lines && sumBySku(request.lines);
  const hash = contentHash({ orderId, lines: asked, reason: request.reason });
  return database.transaction().execute(async (transaction) => {
    const order = await lockOrder(transaction, orderId);
    if (!order) throw new ServiceFailure('NotFound', `there is no order ${orderId}`);
    const known = await findState(transaction, refundId);
    if (known) refuseOther(known, orderId, hash);
    else await claim(transaction, order, request, hash);
    return findRefund(transaction, refundId);
  });
}

function refuseOther({ refundId, orderId, state, contentHash: known }: RefundRow, asked: OrderId, hash: string): void {
  if (orderId !== asked || (known !== null && known !== hash)) throw conflict(refundId);
  if (state === 'cancelled') {
    throw new ServiceFailure('InvalidState', `the refund ${refundId} was cancelled; it cannot be requested any more`);
  }
}

async function claim(
  transaction: Transaction<unknown>,
  { state, amounts: whole }: LockedOrder,
  { orderId, refundId, lines: asked, reason, requestHash, request }: RequestRefund,
  hash: string,
): Promise<void> {
  if (state !== 'completed') {
    throw new ServiceFailure(
      refundRefusals.OrderNotCompleted,
      `the order ${orderId} is ${state}; only a completed order can be refunded`,
      { facts: { state } },
    );
  }
  const bought = await listLines(transaction, orderId);
  const pieces = takePieces(bought, asked);
  const { currency } = whole;
  const due = refundAmounts(whole, bought, pieces, await sumGiven(transaction, orderId, currency, 'order'));
  const amounts = cutToLeft(due, amountsLeft(whole, await sumGiven(transaction, orderId, currency)));
  if (amounts.total === 0) {
    throw new ServiceFailure(
      refundRefusals.RefundTooLarge,
      `no money is left to give back for these pieces of the order ${orderId}`,
      {
        facts: { left: 0 },
      },
    );
  }
  const { numAffectedRows } = await sql`
    insert into refunds (
      refund_id, order_id, state, was_requested, content_hash, request_hash, request, reason, goods, discount, shipping, tax,
      total, requested_at
    ) values (
      ${refundId}, ${orderId}, 'requested', true, ${hash}, ${requestHash ?? null},
      ${request ? JSON.stringify(request) : null}, ${reason}, ${amounts.goods},
      ${amounts.discount}, ${amounts.shipping}, ${amounts.tax}, ${amounts.total}, now()
    )
    on conflict do nothing
  `.execute(transaction);
  // Another order has taken the id in the meantime.
  if (!numAffectedRows) throw conflict(refundId);
  const taken = bought.map(({ position }, index) => ({ position, quantity: pieces[index] ?? 0 }));
  const some = taken.filter(({ quantity }) => quantity > 0);
  await sql`
    with taken as (
      insert into refund_lines (refund_id, order_id, position, quantity)
      select ${refundId}, ${orderId}, position, quantity from unnest(
        ${some.map(({ position }) => position)}::integer[], ${some.map(({ quantity }) => quantity)}::bigint[]
      ) as line (position, quantity)
      returning position, quantity
    )
    update order_lines set refunded = refunded + taken.quantity from taken
    where order_id = ${orderId} and order_lines.position = taken.position
  `.execute(transaction);
}

/** @throws {ServiceFailure} `NotFound`; `InvalidState` when the refund was cancelled */
export async function completeRefund(database: Database, orderId: OrderId, refundId: RefundId): Promise<RefundState> {
  const { rows } = await sql<RefundRow>`
    update refunds set state = 'completed', ended_at = now()
    where refund_id = ${refundId} and order_id = ${orderId} and state = 'requested'
    returning ${stateColumns}
  `.execute(database);
  const row = rows[0] ?? (await findState(database, refundId));
  if (!row || row.orderId !== orderId) {
    throw new ServiceFailure('NotFound', `the order ${orderId} has no refund ${refundId}`);
  }
  if (row.state === 'cancelled') {
    throw new ServiceFailure('InvalidState', `the refund ${refundId} was cancelled; it cannot be completed`);
  }
  return toState(row);
}

/**
 * Gives the pieces of a refund free again, or leaves a tombstone for one that was never seen.
 *
 * @throws {ServiceFailure} `InvalidState` when the refund is completed; `IdempotencyConflict` when it is of another order
 */
export async function cancelRefund(
  database: Database,
  orderId: OrderId,
  refundId: RefundId,
  cancellation?: Cancellation,
): Promise<RefundState> {
  return database.transaction().execute(async (transaction) => {
    await lockOrder(transaction, orderId);
    const { rows } = await sql<RefundRow>`
      insert into refunds (refund_id, order_id, state, was_requested, cancellation, ended_at)
      values (
        ${refundId}, ${orderId}, 'cancelled', false, ${cancellation ? JSON.stringify(cancellation) : null}, now()
      )
      on conflict (refund_id) do update
      set state = 'cancelled', cancellation = excluded.cancellation, ended_at = now()
      where refunds.state = 'requested' and refunds.order_id = excluded.order_id
      returning ${stateColumns}
    `.execute(transaction);
    const row = rows[0] ?? (await findState(transaction, refundId));
    if (row?.orderId !== orderId) throw conflict(refundId);
    if (row.state === 'completed') {
      throw new ServiceFailure('InvalidState', `the refund ${refundId} is completed; its money was paid back`);
    }
    if (rows[0]?.wasRequested) {
      await sql`
        update order_lines set refunded = refunded - refund_lines.quantity from refund_lines
        where refund_id = ${refundId} and order_lines.order_id = refund_lines.order_id
          and order_lines.position = refund_lines.position
      `.execute(transaction);
    }
    return toState(row);
  });
}

async function lockOrder(transaction: Transaction<unknown>, orderId: OrderId): Promise<LockedOrder | undefined> {
  const { rows } = await sql<LockedOrder>`
    select state, json_build_object(
      'currency', currency, 'goods', goods, 'discount', discount, 'shipping', shipping, 'tax', tax, 'total', total
    ) as amounts
    from orders where order_id = ${orderId} and was_placed for update
  `.execute(transaction);
  return rows[0];
}

async function listLines(
  database: Database,
  orderId: OrderId,
): Promise<(BoughtLine & { readonly position: number })[]> {
  const { rows } = await sql<BoughtLine & { position: number }>`
    select position, sku, quantity, unit_price as "unitPrice", refunded from order_lines
    where order_id = ${orderId} order by position
  `.execute(database);
  return rows;
}

/** What the refunds of an order have given or claimed: all of them, or those of one kind. */
export async function sumGiven(
  database: Database,
  orderId: OrderId,
  currency: OrderAmounts['currency'],
  kind?: OrderRefund['kind'],
): Promise<OrderAmounts> {
  const sum = (column: string) => sql.raw(`coalesce(sum(${column}), 0)::bigint as ${column}`);
  const { rows } = await sql<Omit<OrderAmounts, 'currency'>>`
    select ${sql.join(['goods', 'discount', 'shipping', 'tax', 'total'].map(sum))}
    from refunds where order_id = ${orderId} and state <> 'cancelled'
      and (${kind ?? null}::text is null or kind = ${kind ?? null})
  `.execute(database);
  const [given] = rows;
  if (!given) throw new Error('a sum has one row');
  return { currency, ...given };
}

/** @throws {ServiceFailure} `NotFound` */
export async function findRefund(database: Database, refundId: RefundId): Promise<OrderRefund> {
  const { rows } = await sql<OrderRefund>`
    select ${refundColumns}
    from refunds join orders using (order_id) where refund_id = ${refundId}
  `.execute(database);
  if (!rows[0]) throw new ServiceFailure('NotFound', `there is no refund ${refundId}`);
  return rows[0];
}

async function findState(database: Database, refundId: RefundId): Promise<RefundRow | undefined> {
  const { rows } = await sql<RefundRow>`select ${stateColumns} from refunds where refund_id = ${refundId}`.execute(
    database,
  );
  return rows[0];
}

const toState = ({ contentHash: _, ...state }: RefundRow): RefundState => state;

const conflict = (refundId: RefundId) =>
  new ServiceFailure('IdempotencyConflict', `${refundId} was used before for another refund; choose a new refundId`, {
    field: 'refundId',
  });
