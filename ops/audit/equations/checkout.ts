import type { Equations } from '../equation.ts';
import { balanceAbout, counts, journals, money, moved, movements, none } from './sql.ts';

const paymentJournals = journals('checkout.payment.processed.v1');

/** An order of nothing has no payment, and no journal of one. */
const completedAndPaid = `
  select 'order ' || order_id as subject, 1 as amount from orders.orders where state = 'completed' and total > 0`;

const sweep = '`npm run cli -- sweep` takes it over, as it does by itself every 15 minutes.';
const byHand = 'Read the story of the order (`npm run cli -- history ORDER_ID`) and the log of the service.';
const books =
  '`ledger completeness` names the event; a dead letter of it is replayed, what is lost is brought back by `npm run recover-ledger`.';

/** What must hold of checkouts. */
export const checkoutEquations: Equations = {
  'stock: reserved = pieces of active reservations': {
    sides: counts(
      `select 'product ' || sku as subject, reserved as amount from inventory.stock`,
      `select 'product ' || sku as subject, sum(quantity) as amount
       from inventory.reservation_lines join inventory.reservations using (reservation_id)
       where state = 'active' group by 1`,
    ),
    means: 'Of each product so many pieces are set aside as the reservations say.',
    remedy: byHand,
  },
  'stock: active reservations = 0': {
    sides: none(`'order ' || reservation_id`, `inventory.reservations where state = 'active'`),
    carriers: ['workflows'],
    means: 'Pieces are set aside for a checkout that is open, and for no other.',
    remedy: 'The reservation expires by itself; find out which release was skipped.',
  },
  'stock: active ten minutes after they have expired = 0': {
    sides: none(
      `'order ' || reservation_id`,
      `inventory.reservations where state = 'active' and expires_at < now() - interval '10 minutes'`,
    ),
    means: 'The inventory releases what nobody has committed in time.',
    remedy: 'See whether the role `inventory` runs, and its log.',
  },
  'stock: received + restocked = on hand + committed': {
    sides: `
      select 'product ' || sku as subject, null as currency, received + restocked as left, on_hand + committed as right
      from inventory.stock`,
    means: 'Every piece that came in is in the shelf or sold.',
    remedy: byHand,
  },
  'stock: products of which more is reserved than on hand = 0': {
    sides: none(`'product ' || sku`, `inventory.stock where reserved > on_hand or reserved < 0`),
    means: 'Nothing is promised twice.',
    remedy: byHand,
  },
  'stock: committed = pieces of committed reservations': {
    sides: counts(
      `select 'product ' || sku as subject, committed as amount from inventory.stock`,
      `select 'product ' || sku as subject, sum(quantity) as amount
       from inventory.reservation_lines join inventory.reservations using (reservation_id)
       where state = 'committed' group by 1`,
    ),
    means: 'Of each product so many pieces are sold as the reservations say.',
    remedy: byHand,
  },
  'stock: committed = pieces of completed orders': {
    sides: counts(
      `select 'order ' || reservation_id as subject, sum(quantity) as amount
       from inventory.reservation_lines join inventory.reservations using (reservation_id)
       where state = 'committed' group by 1`,
      `select 'order ' || order_id as subject, sum(quantity) as amount
       from orders.order_lines join orders.orders using (order_id) where state = 'completed' group by 1`,
    ),
    carriers: ['workflows'],
    means: 'An order is completed if and only if its pieces have left the shelf.',
    remedy: sweep,
  },
  'stock: pieces reserved other than ordered = 0': {
    sides: none(
      `'order ' || order_id`,
      `(
        select order_id, sku, sum(quantity) as pieces from orders.order_lines group by 1, 2
      ) as ordered full join (
        select reservation_id as order_id, sku, sum(quantity) as pieces from inventory.reservation_lines group by 1, 2
      ) as reserved using (order_id, sku)
      where ordered.pieces is distinct from reserved.pieces
        and order_id in (select order_id from orders.orders where was_placed)
        and order_id in (select reservation_id from inventory.reservations where was_reserved)`,
    ),
    means: 'What is reserved for an order is what was ordered.',
    remedy: byHand,
  },
  'orders: pending = 0': {
    sides: none(`'order ' || order_id`, `orders.orders where state = 'pending'`),
    carriers: ['workflows'],
    means: 'An order is pending as long as its checkout is open, and no longer.',
    remedy: sweep,
  },
  'orders: ended, but not published = 0': {
    sides: none(
      `'order ' || order_id`,
      `orders.orders where was_placed and state <> 'pending' and published_at is null`,
    ),
    carriers: ['workflows'],
    means: 'How an order has ended is told to those who listen.',
    remedy: sweep,
  },
  'orders: checkouts with more than one order = 0': {
    sides: `
      select 'order ' || checkout_id as subject, null as currency, count(*) - 1 as left, 0 as right
      from orders.orders where checkout_id is not null group by checkout_id`,
    means: 'A checkout has one order, however often it was asked for.',
    remedy: byHand,
  },
  'orders: purchases = completed orders': {
    sides: counts(
      `select 'order ' || order_id as subject, 1 as amount from customers.purchases`,
      `select 'order ' || order_id as subject, 1 as amount from orders.orders where state = 'completed'`,
    ),
    carriers: ['workflows'],
    means: 'The history of a customer has their completed orders, and no others.',
    remedy: sweep,
  },
  'money: authorized = captured + voided': {
    sides: money(moved(['authorized']), moved(['captured', 'voided'])),
    carriers: ['workflows'],
    reads: 'payment simulator',
    means: 'No money is held on a card for a checkout or a payment that has ended.',
    remedy: `${sweep} What is held lapses at the provider after some days.`,
  },
  'money: captures for one order <= 1': {
    sides: `
      select subject, null as currency, greatest(count(*) - 1, 0) as left, 0 as right
      from ${movements} where kind = 'captured' and checkout_id is not null group by 1`,
    reads: 'payment simulator',
    means: 'No order is charged twice.',
    remedy: 'Refund the second payment at the provider; keep the history of the workflow for those who mend it.',
  },
  'money: completed orders with captured <> total = 0': {
    sides: none(
      `'order ' || order_id`,
      `orders.orders left join (${moved(['captured'], [], 'checkout_id is not null')}) as moved on subject = 'order ' || order_id
       where state = 'completed' and coalesce(amount, 0) <> total`,
    ),
    reads: 'payment simulator',
    means: 'What is completed is paid, and at its price.',
    remedy: '`npm run cli -- reconcile` compares with the provider.',
  },
  'ledger: orders with a payment journal = completed orders that cost something': {
    sides: counts(`select subject, 1 as amount from (${paymentJournals}) as journal`, completedAndPaid),
    carriers: ['workflows', 'ledger'],
    means: 'Every sale is in the books, and nothing else is.',
    remedy: books,
  },
  'ledger: payment journals = completed orders that cost something': {
    sides: counts(paymentJournals, completedAndPaid),
    carriers: ['workflows', 'ledger'],
    means: 'Every sale is in the books once.',
    remedy: 'A second journal is corrected by a reversal; find the event that was published under another id.',
  },
  'ledger: revenue of orders = goods - discount': {
    sides: money(
      balanceAbout('4000', 'order'),
      `select 'order ' || order_id as subject, currency, -(goods - discount) as amount
       from orders.orders where state = 'completed' and goods <> discount`,
    ),
    carriers: ['workflows', 'ledger'],
    means: 'The revenue of an order is its price.',
    remedy: books,
  },
  'mail: orders that ended = different mails': {
    sides: counts(
      `select 'order ' || order_id as subject, 1 as amount from orders.orders where was_placed and state <> 'pending'`,
      `select 'order ' || checkout_id as subject, count(distinct message_id) as amount from mail_sink.mails
       where template in ('order-confirmation', 'payment-failed', 'order-cancelled') group by 1`,
    ),
    carriers: ['workflows', 'notification'],
    reads: 'mail sink',
    means: 'The customer was told once how their order has ended.',
    remedy: 'See the dead letters of `notification.events.v1`, and whether `notification-consumer` runs.',
  },
};
