import { type Kysely, sql } from 'kysely';
import { openDatabase } from '../../platform/database.ts';
import { waitUntil } from '../parts/wait.ts';

/** Two figures that have to be equal once everything is quiet. */
export interface Equation {
  readonly name: string;
  /** Money in minor units with its currency, or a count. */
  readonly left: string;
  readonly right: string;
  readonly holds: boolean;
}

interface Figure {
  readonly currency?: string;
  readonly left: number;
  readonly right: number;
}

const equations: Readonly<Record<string, string>> = {
  'stock: reserved = 0': `select coalesce(sum(reserved), 0)::bigint as left, 0 as right from inventory.stock`,
  'stock: active reservations = 0': `
    select count(*) as left, 0 as right from inventory.reservations where state = 'active'`,
  'stock: received = on hand + committed': `
    select coalesce(sum(received), 0)::bigint as left, coalesce(sum(on_hand + committed), 0)::bigint as right
    from inventory.stock`,
  'stock: committed = pieces of completed orders': `
    select (select coalesce(sum(committed), 0)::bigint from inventory.stock) as left,
      (select coalesce(sum(quantity), 0)::bigint from orders.order_lines join orders.orders using (order_id)
       where state = 'completed') as right`,
  'orders: pending = 0': `select count(*) as left, 0 as right from orders.orders where state = 'pending'`,
  'money: captured - refunded = completed orders': `
    select coalesce(taken.currency, due.currency) as currency,
      coalesce(taken.amount, 0)::bigint as left, coalesce(due.amount, 0)::bigint as right
    from (
      select upper(currency) as currency, sum(case kind when 'captured' then amount when 'refunded' then -amount else 0 end) as amount
      from payment_simulator.movements group by 1
    ) as taken
    full join (
      select currency, sum(total) as amount from orders.orders where state = 'completed' group by 1
    ) as due using (currency)`,
  'money: authorized = captured + voided': `
    select upper(currency) as currency,
      sum(amount) filter (where kind = 'authorized')::bigint as left,
      coalesce(sum(amount) filter (where kind in ('captured', 'voided')), 0)::bigint as right
    from payment_simulator.movements group by 1`,
  'money: captures for one order <= 1': `
    select count(*) as left, 0 as right from (
      select intent_id from payment_simulator.movements where kind = 'captured' group by 1 having count(*) > 1
    ) as twice`,
  'ledger: debits = credits': `
    select currency, coalesce(sum(debit), 0)::bigint as left, coalesce(sum(credit), 0)::bigint as right
    from ledger.entries group by 1`,
  'ledger: provider clearing = captured - refunded': `
    select coalesce(book.currency, taken.currency) as currency,
      coalesce(book.amount, 0)::bigint as left, coalesce(taken.amount, 0)::bigint as right
    from (
      select currency, sum(coalesce(debit, 0) - coalesce(credit, 0)) as amount
      from ledger.entries where account = '1050' group by 1
    ) as book
    full join (
      select upper(currency) as currency, sum(case kind when 'captured' then amount when 'refunded' then -amount else 0 end) as amount
      from payment_simulator.movements group by 1
    ) as taken using (currency)`,
  'ledger: orders with a payment journal = completed orders': `
    select (select count(distinct order_id) from ledger.journals where event_type = 'checkout.payment.processed.v1') as left,
      (select count(*) from orders.orders where state = 'completed') as right`,
  'ledger: financial events = events with journals': `
    select (select count(*) from ledger.inbox) as left, (select count(distinct event_id) from ledger.journals) as right`,
  'mail: orders that ended = different mails': `
    select (select count(*) from orders.orders where was_placed and state <> 'pending') as left,
      (select count(distinct message_id) from mail_sink.mails) as right`,
  'mail: mails that came twice = 0': `
    select count(*) - count(distinct message_id) as left, 0 as right from mail_sink.mails`,
};

/**
 * Holds the databases of the services, the provider's own record, the books and the mails against each other. It reads
 * the tables alone and trusts none of the code that wrote them.
 *
 * @param databaseUrl the database that all services share; the provider is the simulator
 */
async function auditBooks(databaseUrl: string): Promise<Equation[]> {
  const database: Kysely<unknown> = openDatabase({ url: databaseUrl, schema: 'public', connections: 2 });
  try {
    const results = await Promise.all(
      Object.entries(equations).map(async ([name, query]) => {
        const { rows } = await sql.raw<Figure>(query).execute(database);
        return rows.map(({ currency, left, right }) => ({
          name,
          left: currency ? `${left} ${currency}` : String(left),
          right: currency ? `${right} ${currency}` : String(right),
          holds: left === right,
        }));
      }),
    );
    return results.flat();
  } finally {
    await database.destroy();
  }
}

/** Audits again and again until every equation holds or the time is over; returns the last audit. */
export async function auditWhenQuiet(databaseUrl: string, withinMilliseconds: number): Promise<Equation[]> {
  let audit: Equation[] = [];
  await waitUntil(
    async () => {
      audit = await auditBooks(databaseUrl);
      return audit.every(({ holds }) => holds);
    },
    { within: withinMilliseconds, every: 250 },
  );
  return audit;
}
