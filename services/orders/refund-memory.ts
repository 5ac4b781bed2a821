import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { OrderAmounts } from '../../contracts/amounts.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { OrderId, RefundId } from '../../contracts/identifiers.ts';
import type { Cancellation, ordersContract, Publication, RecalledRefund, RefundState } from './contract.ts';

type Database = Kysely<unknown>;
type ListUnfinished = z.output<(typeof ordersContract)['operations']['listUnfinishedRefunds']['input']>;

interface RecalledRow {
  readonly orderId: OrderId;
  readonly state: RefundState['state'];
  readonly requestHash: string | null;
  readonly request: NonNullable<RecalledRefund['request']> | null;
  readonly cancellation: Cancellation | null;
  readonly amounts: OrderAmounts | null;
}

/** What became of a refund id; one that was never seen is `unknown`. */
export async function recallRefund(database: Database, refundId: RefundId): Promise<RecalledRefund> {
  const { rows } = await sql<RecalledRow>`
    select order_id as "orderId", state, request_hash as "requestHash", request, cancellation, (
      select json_build_object(
        'currency', orders.currency, 'goods', refunds.goods, 'discount', refunds.discount,
        'shipping', refunds.shipping, 'tax', refunds.tax, 'total', refunds.total
      ) from orders where orders.order_id = refunds.order_id and refunds.was_requested
    ) as amounts
    from refunds where refund_id = ${refundId}
  `.execute(database);
  const [row] = rows;
  if (!row) return { refundId, state: 'unknown' };
  const { orderId, state, requestHash, request, cancellation, amounts } = row;
  return {
    refundId,
    orderId,
    state,
    ...(requestHash !== null && { requestHash }),
    ...(request && { request }),
    ...(cancellation && { cancellation }),
    ...(amounts && { amounts }),
  };
}

/** The ids of refunds that have been requested, or completed and unpublished, for a while, in the order of their ids. */
export async function listUnfinishedRefunds(
  database: Database,
  { olderThanSeconds, after = '' as RefundId, limit }: ListUnfinished,
): Promise<RefundId[]> {
  const { rows } = await sql<{ refundId: RefundId }>`
    select refund_id as "refundId" from refunds
    where published_at is null and was_requested and kind = 'order' and state <> 'cancelled' and refund_id > ${after}
      and coalesce(ended_at, requested_at) <= now() - make_interval(secs => ${olderThanSeconds})
    order by refund_id limit ${limit}
  `.execute(database);
  return rows.map(({ refundId }) => refundId);
}

/**
 * Keeps when the fact of a refund was first published. One that is not completed goes on as it is.
 *
 * @throws {ServiceFailure} `NotFound`
 */
export async function recordRefundPublication(database: Database, refundId: RefundId): Promise<Publication> {
  const { rows } = await sql<{ publishedAt: string | null }>`
    update refunds set published_at = case when state = 'completed' then coalesce(published_at, now()) end
    where refund_id = ${refundId}
    returning published_at as "publishedAt"
  `.execute(database);
  if (!rows[0]) throw new ServiceFailure('NotFound', `there is no refund ${refundId}`);
  const { publishedAt } = rows[0];
  return publishedAt === null ? {} : { publishedAt };
}
