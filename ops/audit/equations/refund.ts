import type { Equations } from '../equation.ts';
import { balanceAbout, counts, journals, money, moved, none, summed } from './sql.ts';

/** Completed refunds with the currency of their orders. */
const completedRefunds = `(
  select refunds.*, orders.currency
  from orders.refunds join orders.orders using (order_id) where refunds.state = 'completed'
) as refunds`;

const refunded = `select 'order ' || order_id as subject, currency, sum(total) as amount from ${completedRefunds} group by 1, 2`;
const ofCheckouts = 'checkout_id is not null';

const sweep = '`npm run cli -- sweep` takes it over, as it does by itself every 15 minutes.';
const reconcile = '`npm run cli -- reconcile` compares with the provider, and takes up what was done there.';
const byHand = 'Read the refunds of the order (`npm run cli -- history ORDER_ID`); it was written by no operation.';
const books =
  '`ledger completeness` names the event; a dead letter of it is replayed, what is lost is brought back by `npm run recover-ledger`.';
const inFlight = ['workflows', 'ledger'] as const;

/** What must hold of refunds, and of what is left of orders after them. */
export const refundEquations: Equations = {
  // A refund may leave the goods with the customer; a restock has the id of its refund.
  'stock: restocked = pieces of the refunds that came back': {
    sides: counts(
      `select 'product ' || sku as subject, restocked as amount from inventory.stock`,
      `select 'product ' || sku as subject, sum(refund_lines.quantity) as amount
       from orders.refund_lines join orders.order_lines using (order_id, position)
       where refund_id in (select restock_id from inventory.restocks) group by 1`,
    ),
    means: 'What came back to the shelf is what was refunded.',
    remedy: byHand,
  },
  'refunds: requested = 0': {
    sides: none(`'refund ' || refund_id`, `orders.refunds where state = 'requested'`),
    carriers: ['workflows'],
    means: 'A refund is open as long as its workflow is, and no longer.',
    remedy: sweep,
  },
  'refunds: completed, but not published = 0': {
    sides: none(
      `'refund ' || refund_id`,
      `orders.refunds where state = 'completed' and kind = 'order' and published_at is null`,
    ),
    carriers: ['workflows'],
    means: 'That a refund is completed is told to those who listen.',
    remedy: sweep,
  },
  'refunds: orders with more given back than they cost = 0': {
    sides: none(
      `'order ' || order_id`,
      `(
        select order_id from orders.orders join orders.refunds using (order_id) where refunds.state <> 'cancelled'
        group by order_id, orders.goods, orders.shipping, orders.tax, orders.total
        having sum(refunds.total) > orders.total or sum(refunds.goods) > orders.goods
          or sum(refunds.shipping) > orders.shipping or sum(refunds.tax) > orders.tax
      ) as refunded`,
    ),
    means: 'All refunds of an order together are at most its price.',
    remedy: byHand,
  },
  'refunds: orders with more pieces refunded than bought = 0': {
    sides: none(
      `'order ' || order_id`,
      `(
        select order_lines.order_id from orders.order_lines join orders.refund_lines using (order_id, position)
          join orders.refunds using (refund_id)
        where state <> 'cancelled' group by order_lines.order_id, position, order_lines.quantity
        having sum(refund_lines.quantity) > order_lines.quantity
      ) as line`,
    ),
    means: 'No piece is refunded twice.',
    remedy: byHand,
  },
  'money: captured - refunded = completed orders - completed refunds': {
    sides: money(
      moved(['captured'], ['refunded'], ofCheckouts),
      summed(`
        select 'order ' || order_id as subject, currency, total as amount from orders.orders where state = 'completed'
        union all select 'order ' || order_id, currency, -total from ${completedRefunds}`),
    ),
    carriers: ['workflows'],
    reads: 'payment simulator',
    means: 'What the provider has of an order is what the order says.',
    remedy: reconcile,
  },
  'money: orders with refunded > captured = 0': {
    sides: none('subject', `(${moved(['refunded'], ['captured'], ofCheckouts)}) as over where amount > 0`),
    reads: 'payment simulator',
    means: 'Nobody was given back more than was taken.',
    remedy: reconcile,
  },
  'money: refunded for completed orders = completed refunds': {
    sides: money(
      `select moved.* from (${moved(['refunded'], [], ofCheckouts)}) as moved
       join orders.orders on subject = 'order ' || order_id where state = 'completed'`,
      refunded,
    ),
    carriers: ['workflows'],
    reads: 'payment simulator',
    means: 'What was given back for an order is what its refunds say.',
    remedy: reconcile,
  },
  'money: cancelled orders with captured <> refunded = 0': {
    sides: none(
      `'order ' || order_id`,
      `orders.orders join (${moved(['captured'], ['refunded'], ofCheckouts)}) as moved on subject = 'order ' || order_id
       where state = 'cancelled' and amount <> 0`,
    ),
    carriers: ['workflows'],
    reads: 'payment simulator',
    means: 'Nothing is kept of what was paid for an order that was cancelled.',
    remedy: reconcile,
  },
  'ledger: tax payable = tax of completed orders - of completed refunds': {
    sides: money(
      balanceAbout('2200', 'order'),
      summed(`
        select 'order ' || order_id as subject, currency, -tax as amount from orders.orders where state = 'completed'
        union all select 'order ' || order_id, currency, tax from ${completedRefunds}`),
    ),
    carriers: inFlight,
    means: 'The tax that is owed for an order is that of what was sold and kept.',
    remedy: books,
  },
  'ledger: shipping revenue = shipping of completed orders - of completed refunds': {
    sides: money(
      balanceAbout('4100', 'order'),
      summed(`
        select 'order ' || order_id as subject, currency, -shipping as amount from orders.orders where state = 'completed'
        union all select 'order ' || order_id, currency, shipping from ${completedRefunds}`),
    ),
    carriers: inFlight,
    means: 'What was earned by shipping is that of what was sold and kept.',
    remedy: books,
  },
  'ledger: returns = goods - discount of completed refunds': {
    sides: money(
      balanceAbout('4900', 'order'),
      `select 'order ' || order_id as subject, currency, sum(goods - discount) as amount from ${completedRefunds} group by 1, 2`,
    ),
    carriers: inFlight,
    means: 'Returns are the goods that were refunded.',
    remedy: books,
  },
  'ledger: refund journals = completed refunds': {
    sides: counts(
      journals('checkout.order.refunded.v1', 'provider.payment.refunded.v1'),
      `select 'order ' || order_id as subject, count(*) as amount from orders.refunds where state = 'completed' group by 1`,
    ),
    carriers: inFlight,
    means: 'Every refund is in the books once.',
    remedy: books,
  },
  'mail: completed refunds = different mails about refunds': {
    sides: counts(
      `select 'order ' || order_id as subject, count(*) as amount from orders.refunds where state = 'completed' group by 1`,
      `select 'order ' || checkout_id as subject, count(distinct message_id) as amount from mail_sink.mails
       where template = 'order-refunded' group by 1`,
    ),
    carriers: ['workflows', 'notification'],
    reads: 'mail sink',
    means: 'The customer was told once of each refund.',
    remedy: 'See the dead letters of `notification.events.v1`, and whether `notification-consumer` runs.',
  },
};
