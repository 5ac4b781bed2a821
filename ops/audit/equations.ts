/** What the provider holds of each checkout, by its own record. */
const moved = `(
  select metadata ->> 'checkout_id' as checkout_id,
    count(*) filter (where kind = 'captured') as captures,
    coalesce(sum(movements.amount) filter (where kind = 'captured'), 0)::bigint as captured,
    coalesce(sum(movements.amount) filter (where kind = 'refunded'), 0)::bigint as refunded
  from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
  group by 1
)`;

/** Captured less refunded, by currency. */
const taken = `(
  select upper(currency) as currency,
    sum(case kind when 'captured' then amount when 'refunded' then -amount else 0 end)::bigint as amount
  from payment_simulator.movements group by 1
)`;

/** All that the provider took or gave back, disputes and their fees among it, by currency. */
const held = `(
  select upper(currency) as currency, sum(case
    when kind in ('captured', 'reinstated', 'dispute_fee_returned') then amount
    when kind in ('refunded', 'disputed', 'dispute_fee') then -amount
    else 0 end)::bigint as amount
  from payment_simulator.movements group by 1
)`;

/** Movements of disputes of some kinds, less those of other kinds, by currency. */
const ofDisputes = (more: string, less: string) => `
  select upper(currency) as currency,
    sum(case when kind in (${more}) then amount when kind in (${less}) then -amount else 0 end)::bigint as amount
  from payment_simulator.movements where kind in (${more}, ${less}) group by 1`;

/** What an account of the ledger holds, debits less credits, by currency. */
const balanceOf = (account: string) => `
  select currency, sum(coalesce(debit, 0) - coalesce(credit, 0)) as amount
  from ledger.entries where account = '${account}' group by 1`;

/** What disputes that are open, or were lost, have withdrawn, by currency. */
const disputed = (status: string) => `
  select upper(currency) as currency, sum(amount)::bigint as amount
  from payment_simulator.disputes where status = '${status}' group by 1`;

/** Completed refunds with the currency of their orders. */
/** An order of nothing has no payment, and no journal of one. */
const completedAndPaid = `select count(*) from orders.orders where state = 'completed' and total > 0`;

const completedRefunds = `(
  select refunds.*, orders.currency, orders.checkout_id
  from orders.refunds join orders.orders using (order_id) where refunds.state = 'completed'
)`;

/** Two sums by currency, side by side, also where one of them has none. */
const byCurrency = (left: string, right: string) => `
  select currency, coalesce(one.amount, 0)::bigint as left, coalesce(other.amount, 0)::bigint as right
  from (${left}) as one full join (${right}) as other using (currency)`;

const none = (rows: string) => `select count(*) as left, 0 as right from ${rows}`;

const equal = (left: string, right: string) => `select (${left}) as left, (${right}) as right`;

const stock = {
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
  // A refund may leave the goods with the customer; a restock has the id of its refund.
  'stock: restocked = pieces of the refunds that came back': equal(
    `select coalesce(sum(restocked), 0)::bigint from inventory.stock`,
    `select coalesce(sum(quantity), 0)::bigint from orders.refund_lines join orders.refunds using (refund_id)
     where state = 'completed' and refund_id in (select restock_id from inventory.restocks)`,
  ),
};

const orders = {
  'orders: pending = 0': none(`orders.orders where state = 'pending'`),
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
};

const money = {
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
  'money: orders with refunded > captured = 0': none(`${moved} as moved where refunded > captured`),
  'money: completed orders with captured <> total = 0': none(`
    orders.orders left join ${moved} as moved using (checkout_id)
    where state = 'completed' and coalesce(captured, 0) <> total`),
  'money: cancelled orders with captured <> refunded = 0': none(`
    orders.orders join ${moved} as moved using (checkout_id)
    where state = 'cancelled' and captured <> moved.refunded`),
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
};

const journals = (type: string) => `ledger.journals where event_type = 'checkout.${type}.v1'`;

const ledger = {
  'ledger: debits = credits': `
    select currency, coalesce(sum(debit), 0)::bigint as left, coalesce(sum(credit), 0)::bigint as right
    from ledger.entries group by 1`,
  'ledger: journals with debits <> credits = 0': none(`(
    select from ledger.entries group by journal_id, currency
    having sum(coalesce(debit, 0)) <> sum(coalesce(credit, 0))
  ) as journal`),
  'ledger: provider clearing = captured - refunded - disputed - fees of disputes': byCurrency(
    balanceOf('1050'),
    `select currency, amount from ${held} as held`,
  ),
  'ledger: disputed funds = disputes that are open': byCurrency(balanceOf('1060'), disputed('needs_response')),
  'ledger: dispute losses = disputes that were lost': byCurrency(balanceOf('5310'), disputed('lost')),
  'ledger: dispute fees = fees of disputes': byCurrency(
    balanceOf('5300'),
    ofDisputes("'dispute_fee'", "'dispute_fee_returned'"),
  ),
  'ledger: returns = goods - discount of completed refunds': byCurrency(
    `select currency, sum(coalesce(debit, 0) - coalesce(credit, 0)) as amount
     from ledger.entries where account = '4900' group by 1`,
    `select currency, sum(goods - discount) as amount from ${completedRefunds} as refunds group by 1`,
  ),
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
  'ledger: refund journals = completed refunds': equal(
    `select count(*) from ledger.journals
     where event_type in ('checkout.order.refunded.v1', 'provider.payment.refunded.v1')`,
    `select count(*) from orders.refunds where state = 'completed'`,
  ),
  'ledger: financial events = events with journals': equal(
    `select count(*) from ledger.inbox`,
    `select count(distinct event_id) from ledger.journals`,
  ),
};

const mail = {
  'mail: orders that ended = different mails': equal(
    `select count(*) from orders.orders where was_placed and state <> 'pending'`,
    `select count(distinct message_id) from mail_sink.mails
     where template in ('order-confirmation', 'payment-failed', 'order-cancelled')`,
  ),
  'mail: completed refunds = different mails about refunds': equal(
    `select count(*) from orders.refunds where state = 'completed'`,
    `select count(distinct message_id) from mail_sink.mails where template = 'order-refunded'`,
  ),
  'mail: mails that came twice = 0': `
    select count(*) - count(distinct message_id) as left, 0 as right from mail_sink.mails`,
};

/**
 * What must hold once everything is quiet: the name of each equation with the query of its two sides, `left` and `right`,
 * and the `currency` where they are minor units.
 */
export const equations: Readonly<Record<string, string>> = { ...stock, ...orders, ...money, ...ledger, ...mail };
