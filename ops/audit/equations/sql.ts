/** What the provider holds of each checkout, by its own record. */
export const moved = `(
  select metadata ->> 'checkout_id' as checkout_id,
    count(*) filter (where kind = 'captured') as captures,
    coalesce(sum(movements.amount) filter (where kind = 'captured'), 0)::bigint as captured,
    coalesce(sum(movements.amount) filter (where kind = 'refunded'), 0)::bigint as refunded
  from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
  where metadata ->> 'checkout_id' is not null
  group by 1
)`;

/** What an account of the ledger holds, debits less credits, by currency. */
export const balanceOf = (account: string) => `
  select currency, sum(coalesce(debit, 0) - coalesce(credit, 0)) as amount
  from ledger.entries where account = '${account}' group by 1`;

/** Completed refunds with the currency of their orders. */
export const completedRefunds = `(
  select refunds.*, orders.currency, orders.checkout_id
  from orders.refunds join orders.orders using (order_id) where refunds.state = 'completed'
)`;

/** Two sums by currency, side by side, also where one of them has none. */
export const byCurrency = (left: string, right: string) => `
  select currency, coalesce(one.amount, 0)::bigint as left, coalesce(other.amount, 0)::bigint as right
  from (${left}) as one full join (${right}) as other using (currency)`;

export const none = (rows: string) => `select count(*) as left, 0 as right from ${rows}`;

export const equal = (left: string, right: string) => `select (${left}) as left, (${right}) as right`;
