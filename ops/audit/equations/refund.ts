import { balanceAbout, byCurrency, equal, movedFor, none, sumOf } from './sql.ts';

/** Completed refunds with the currency of their orders. */
const completedRefunds = `(
  select refunds.*, orders.currency, orders.checkout_id
  from orders.refunds join orders.orders using (order_id) where refunds.state = 'completed'
)`;

const moved = movedFor(sumOf('captured'), sumOf('refunded'));

/** Captured less refunded of what checkouts have paid, by currency. */
const taken = `(
  select upper(movements.currency) as currency,
    sum(case kind when 'captured' then movements.amount when 'refunded' then -movements.amount else 0 end)::bigint as amount
  from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
  where metadata ->> 'checkout_id' is not null
  group by 1
)`;

/** What must hold of refunds, and of what is left of orders after them. */
export const refundEquations = {
  // A refund may leave the goods with the customer; a restock has the id of its refund.
  'stock: restocked = pieces of the refunds that came back': equal(
    `select coalesce(sum(restocked), 0)::bigint from inventory.stock`,
    `select coalesce(sum(quantity), 0)::bigint from orders.refund_lines join orders.refunds using (refund_id)
     where state = 'completed' and refund_id in (select restock_id from inventory.restocks)`,
  ),
  'refunds: requested = 0': none(`orders.refunds where state = 'requested'`),
  'refunds: orders with more given back than they cost = 0': none(`(
    select from orders.orders join orders.refunds using (order_id) where refunds.state <> 'cancelled'
    group by order_id, orders.goods, orders.shipping, orders.tax, orders.total
    having sum(refunds.total) > orders.total or sum(refunds.goods) > orders.goods
      or sum(refunds.shipping) > orders.shipping or sum(refunds.tax) > orders.tax
  ) as refunded`),
  'refunds: orders with more pieces refunded than bought = 0': none(`(
    select from orders.order_lines join orders.refund_lines using (order_id, position)
      join orders.refunds using (refund_id)
    where state <> 'cancelled' group by order_lines.order_id, position, order_lines.quantity
    having sum(refund_lines.quantity) > order_lines.quantity
  ) as line`),
  'money: captured - refunded = completed orders - completed refunds': byCurrency(
    `select currency, amount from ${taken} as taken`,
    `select currency, sum(amount) as amount from (
      select currency, total as amount from orders.orders where state = 'completed'
      union all select currency, -total from ${completedRefunds} as refunds
    ) as due group by 1`,
  ),
  'money: orders with refunded > captured = 0': none(`${moved} as moved where refunded > captured`),
  'money: refunded for completed orders = completed refunds': byCurrency(
    `select currency, sum(moved.refunded) as amount from orders.orders join ${moved} as moved using (checkout_id)
     where state = 'completed' group by 1`,
    `select currency, sum(total) as amount from ${completedRefunds} as refunds group by 1`,
  ),
  'money: completed orders with refunded <> completed refunds = 0': none(`
    orders.orders left join ${moved} as moved using (checkout_id)
    where state = 'completed' and coalesce(moved.refunded, 0) <> (
      select coalesce(sum(total), 0) from ${completedRefunds} as refunds where refunds.order_id = orders.order_id
    )`),
  'money: cancelled orders with captured <> refunded = 0': none(`
    orders.orders join ${moved} as moved using (checkout_id)
    where state = 'cancelled' and captured <> moved.refunded`),
  'ledger: tax payable = tax of completed orders - of completed refunds': byCurrency(
    balanceAbout('2200', 'order'),
    `select currency, -sum(tax) as amount from (
      select currency, tax from orders.orders where state = 'completed'
      union all select currency, -tax from ${completedRefunds} as refunds
    ) as due group by 1`,
  ),
  'ledger: returns = goods - discount of completed refunds': byCurrency(
    balanceAbout('4900', 'order'),
    `select currency, sum(goods - discount) as amount from ${completedRefunds} as refunds group by 1`,
  ),
  'ledger: refund journals = completed refunds': equal(
    `select count(*) from ledger.journals
     where event_type in ('checkout.order.refunded.v1', 'provider.payment.refunded.v1')`,
    `select count(*) from orders.refunds where state = 'completed'`,
  ),
  'mail: completed refunds = different mails about refunds': equal(
    `select count(*) from orders.refunds where state = 'completed'`,
    `select count(distinct message_id) from mail_sink.mails where template = 'order-refunded'`,
  ),
};
