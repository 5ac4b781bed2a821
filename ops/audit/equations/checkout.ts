import { byCurrency, completedRefunds, equal, moved, none } from './sql.ts';

const journals = (type: string) => `ledger.journals where event_type = 'checkout.${type}.v1'`;

/** Captured less refunded of what checkouts have paid, by currency. */
const taken = `(
  select upper(movements.currency) as currency,
    sum(case kind when 'captured' then movements.amount when 'refunded' then -movements.amount else 0 end)::bigint as amount
  from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
  where metadata ->> 'checkout_id' is not null
  group by 1
)`;

/** An order of nothing has no payment, and no journal of one. */
const completedAndPaid = `select count(*) from orders.orders where state = 'completed' and total > 0`;

/** What must hold of checkouts. */
export const checkoutEquations = {
  'stock: reserved = 0': `select coalesce(sum(reserved), 0)::bigint as left, 0 as right from inventory.stock`,
  'stock: active reservations = 0': none(`inventory.reservations where state = 'active'`),
  'stock: received + restocked = on hand + committed': `
    select coalesce(sum(received + restocked), 0)::bigint as left,
      coalesce(sum(on_hand + committed), 0)::bigint as right
    from inventory.stock`,
  'stock: committed = pieces of completed orders': equal(
    `select coalesce(sum(committed), 0)::bigint from inventory.stock`,
    `select coalesce(sum(quantity), 0)::bigint from orders.order_lines join orders.orders using (order_id)
     where state = 'completed'`,
  ),
  'orders: pending = 0': none(`orders.orders where state = 'pending'`),
  'money: captured - refunded = completed orders - completed refunds': byCurrency(
    `select currency, amount from ${taken} as taken`,
    `select currency, sum(amount) as amount from (
      select currency, total as amount from orders.orders where state = 'completed'
      union all select currency, -total from ${completedRefunds} as refunds
    ) as due group by 1`,
  ),
  'money: authorized = captured + voided': `
    select upper(currency) as currency,
      coalesce(sum(amount) filter (where kind = 'authorized'), 0)::bigint as left,
      coalesce(sum(amount) filter (where kind in ('captured', 'voided')), 0)::bigint as right
    from payment_simulator.movements group by 1`,
  'money: captures for one order <= 1': none(`${moved} as moved where captures > 1`),
  'money: completed orders with captured <> total = 0': none(`
    orders.orders left join ${moved} as moved using (checkout_id)
    where state = 'completed' and coalesce(captured, 0) <> total`),
  'money: cancelled orders with captured <> refunded = 0': none(`
    orders.orders join ${moved} as moved using (checkout_id)
    where state = 'cancelled' and captured <> moved.refunded`),
  'ledger: tax payable = tax of completed orders - of completed refunds': byCurrency(
    `select currency, sum(coalesce(credit, 0) - coalesce(debit, 0)) as amount
     from ledger.entries where account = '2200' group by 1`,
    `select currency, sum(tax) as amount from (
      select currency, tax from orders.orders where state = 'completed'
      union all select currency, -tax from ${completedRefunds} as refunds
    ) as due group by 1`,
  ),
  'ledger: orders with a payment journal = completed orders that cost something': equal(
    `select count(distinct subject_id) from ${journals('payment.processed')}`,
    completedAndPaid,
  ),
  'ledger: payment journals = completed orders that cost something': equal(
    `select count(*) from ${journals('payment.processed')}`,
    completedAndPaid,
  ),
  'mail: orders that ended = different mails': equal(
    `select count(*) from orders.orders where was_placed and state <> 'pending'`,
    `select count(distinct message_id) from mail_sink.mails
     where template in ('order-confirmation', 'payment-failed', 'order-cancelled')`,
  ),
};
