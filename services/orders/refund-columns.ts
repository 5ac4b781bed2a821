import { sql } from 'kysely';

const amounts = `json_build_object(
  'currency', orders.currency, 'goods', refunds.goods, 'discount', refunds.discount, 'shipping', refunds.shipping,
  'tax', refunds.tax, 'total', refunds.total
)`;

const lines = `(
  select coalesce(json_agg(
    json_build_object('sku', sku, 'quantity', refund_lines.quantity, 'unitPrice', unit_price) order by position
  ), '[]')
  from refund_lines join order_lines using (order_id, position) where refund_lines.refund_id = refunds.refund_id
)`;

/** A refund with what is needed of its order, where `refunds` and `orders` are joined. */
export const refundColumns = sql.raw(`
  refund_id as "refundId", orders.order_id as "orderId", checkout_id as "checkoutId", customer_id as "customerId",
  payment_id as "paymentId", refunds.kind, refunds.state, ${amounts} as amounts, ${lines} as lines
`);

/** The refunds of an order as one value, where `orders` is read. */
export const refundsOfOrder = sql.raw(`(
  select coalesce(json_agg(json_build_object(
    'refundId', refund_id, 'kind', refunds.kind, 'state', refunds.state, 'reason', refunds.reason,
    'requestedAt', to_char(requested_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'amounts', ${amounts}, 'lines', ${lines}
  ) order by requested_at, refund_id), '[]')
  from refunds where refunds.order_id = orders.order_id and was_requested
)`);
