import { type RawBuilder, sql, type Transaction } from 'kysely';
import { type Delivery, deliveries, mailCommands, outboxes, type Publisher } from './deliveries.ts';
import type { Carrier } from './equation.ts';
import type { OpenWorkflow } from './workflows.ts';

/** What may still be on its way by one carrier, as subjects: `order o-1`. */
export interface InFlight {
  /** Of these it is certain: a workflow is open, an event is not published yet, or is a dead letter. */
  readonly certain: ReadonlySet<string>;
  /**
   * An event about these was published and may lie in a queue, by when it was, in milliseconds: as many of the newest as there
   * are messages. The oldest are those that the consumer has fetched.
   */
  readonly published: ReadonlyMap<string, number>;
  /** How many messages wait in the queues of the consumer; those that it has fetched are not among them. */
  readonly messages: number;
}

export type AllInFlight = Readonly<Record<Carrier, InFlight>>;

type Consumer = Exclude<Carrier, 'workflows'>;

/** A queue with what comes into it. */
interface Queue {
  readonly queue: string;
  /** As it is called in the inbox, which is in the schema of its carrier. */
  readonly consumer: string;
  /** What of outboxes it takes, and whether it is told of orders and refunds, or of months of salaries, by their workflows. */
  readonly deliveries?: readonly Delivery[];
  readonly takesOrders?: true;
  readonly takesSalaries?: true;
}

/** The queues of each consumer. */
export const queues: Readonly<Record<Consumer, readonly Queue[]>> = {
  ledger: [
    {
      ...{ queue: 'ledger.events.v1', consumer: 'ledger', deliveries: deliveries.ledger },
      ...{ takesOrders: true, takesSalaries: true },
    },
  ],
  notification: [
    { queue: 'notification.events.v1', consumer: 'notification', takesOrders: true },
    { queue: 'notification.commands.v1', consumer: 'notification-commands', deliveries: mailCommands },
  ],
  customers: [{ queue: 'customers.events.v1', consumer: 'customers', deliveries: deliveries.customers }],
  billing: [{ queue: 'billing.events.v1', consumer: 'billing', deliveries: deliveries.billing }],
  communities: [{ queue: 'communities.events.v1', consumer: 'communities', deliveries: deliveries.communities }],
};

/** What an event of an outbox is about, and what else it changes: the balance of a customer, the reservation of an order. */
const subjectsOf: Readonly<Record<Publisher, RawBuilder<unknown>>> = {
  billing: sql`
    select outbox.*, unnest(array_remove(array[
      case when type like 'billing.payment.%' then 'invoice-payment ' else 'invoice ' end || subject, 'customer ' || customer_id
    ], null)) as about
    from billing.outbox left join (
      select invoice_id as id, customer_id from billing.invoices
      union all select payment_id, customer_id from billing.payments
    ) as owner on id = outbox.subject`,
  customers: sql`select outbox.*, 'customer ' || subject as about from customers.outbox`,
  payroll: sql`
    select outbox.*, case when type = 'notification.send-payslip.v1' then 'payslip ' else 'payroll ' end || subject as about
    from ${sql.raw(outboxes.payroll)} as outbox`,
  // A bill changes what is reserved of its order, too.
  purchasing: sql`
    select outbox.*, unnest(array_remove(array[
      case when type like 'purchasing.bill.%' then 'bill ' else 'purchase-order ' end || subject, 'purchase-order ' || po_id
    ], null)) as about
    from purchasing.outbox left join purchasing.bills on bill_id = outbox.subject and type like 'purchasing.bill.%'`,
};

/** Rows of what a queue is told of: about what, since when, and whether it was handled. */
function factsOf(
  carrier: Consumer,
  { consumer, deliveries: taken = [], takesOrders, takesSalaries }: Queue,
): RawBuilder<unknown> {
  const inbox = sql`(select * from ${sql.table(`${carrier}.inbox`)} where consumer = ${consumer}) as inbox`;
  const parts: RawBuilder<unknown>[] = taken.map(
    ({ from, types }) => sql`
      select about, published_at, inbox.message_id is not null as is_handled
      from (${subjectsOf[from]}) as event left join ${inbox} using (message_id)
      where event.type = any(${types}::text[])`,
  );
  // What their workflows have not published yet is in flight with them. Of several events of an order one may be handled.
  if (takesOrders) {
    parts.push(sql`
      select 'order ' || order_id, published_at, order_id in (select subject from ${inbox})
      from (
        select order_id, published_at from orders.orders union all select order_id, published_at from orders.refunds
      ) as fact where published_at is not null`);
  }
  // That a month is paid is the last thing which its workflow tells.
  if (takesSalaries) {
    parts.push(sql`
      select 'payroll ' || group_id || '.' || period, ended_at, exists (
        select from ${inbox} where type = 'payroll.salary.paid.v1' and subject = group_id || '.' || period
      )
      from payroll.audited_runs where is_payment_announced`);
  }
  return sql.join(parts, sql` union all `);
}

/** A queue is first in, first out: what was published a minute before something that was handled is not in it any more. */
const overtaken = sql`interval '1 minute'`;

/** Reads what is in flight to a consumer, in the snapshot of the figures. */
export async function readInFlight(
  transaction: Transaction<unknown>,
  carrier: Consumer,
  messages: number,
): Promise<InFlight> {
  const certain = new Set<string>();
  const published = new Map<string, number>();
  for (const queue of queues[carrier]) {
    const { rows } = await sql<{ about: string; publishedAt: number | null }>`
      with fact (about, published_at, is_handled) as materialized (${factsOf(carrier, queue)}),
        newest as (select max(published_at) - ${overtaken} as since from fact where is_handled)
      select about, extract(epoch from published_at)::float8 * 1000 as "publishedAt" from fact, newest
      where published_at is null or (since is null or published_at > since) and (not is_handled or about like 'order %')
      union all
      select case when event_type like 'billing.payment.%' then 'invoice-payment ' when event_type like 'customers.%' then 'customer '
        when event_type like 'payroll.%' then 'payroll ' when event_type = 'notification.send-payslip.v1' then 'payslip '
        when event_type like 'purchasing.bill.%' then 'bill ' when event_type like 'purchasing.%' then 'purchase-order '
        when event_type like 'checkout.%' or event_type like 'provider.%' then 'order ' else 'invoice ' end || subject, null
      from dead_letters.dead_letters where state = 'parked' and queue = ${queue.queue}
      union all
      select 'purchase-order ' || po_id, null from dead_letters.dead_letters join purchasing.bills on bill_id = subject
      where dead_letters.state = 'parked' and queue = ${queue.queue} and event_type like 'purchasing.bill.%' and po_id is not null
    `.execute(transaction);
    for (const { about, publishedAt } of rows) {
      if (publishedAt === null) certain.add(about);
      else published.set(about, Math.max(publishedAt, published.get(about) ?? 0));
    }
  }
  return { certain, published, messages };
}

/** What open workflows are about: their own subject, their order, and the customer whose balance they change. */
export function inWorkflows(open: readonly OpenWorkflow[]): InFlight {
  const subjects = open.flatMap(({ workflowId, orderId, customerId }) => [
    // `checkout/o-1` is about the order of that id, `payroll/staff/2026-02` about `staff.2026-02`.
    workflowId
      .replace(/^checkout\//, 'order/')
      .replace(/^(payroll\/[^/]+)\//, '$1.')
      .replace('/', ' '),
    ...(orderId ? [`order ${orderId}`] : []),
    ...(customerId && workflowId.startsWith('invoice-payment/') ? [`customer ${customerId}`] : []),
  ]);
  return { certain: new Set(subjects), published: new Map(), messages: 0 };
}
