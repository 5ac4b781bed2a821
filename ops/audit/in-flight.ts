import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Carrier } from './equation.ts';
import type { OpenWorkflow } from './workflows.ts';

/** What may still be on its way by one carrier, as subjects: `order o-1`. */
export interface InFlight {
  /** Of these it is certain: a workflow is open, an event is not published yet, or is a dead letter. */
  readonly certain: ReadonlySet<string>;
  /** An event about these was published a moment ago, and may lie in a queue: at most so many as there are messages. */
  readonly published: ReadonlySet<string>;
  /** How many messages wait in the queues of the consumer; those that it has fetched are not among them. */
  readonly messages: number;
}

export type AllInFlight = Readonly<Record<Carrier, InFlight>>;

/** A queue is first in, first out: what was published a minute before something that was handled is not in it any more. */
const overtaken = sql`interval '1 minute'`;

/** What each consumer is told of: rows of `subject` and `published_at`, which is null before. */
const facts = {
  billing: sql`
    select case when type like 'billing.payment.%' then 'invoice-payment ' else 'invoice ' end || subject as subject, published_at
    from billing.outbox`,
  /** The customers whose invoices and payments these are. */
  payers: sql`
    select 'customer ' || customer_id as subject, published_at from billing.outbox join (
      select invoice_id as id, customer_id from billing.invoices
      union all select payment_id, customer_id from billing.payments
    ) as owner on id = outbox.subject`,
  accounts: sql`select 'customer ' || subject as subject, published_at from customers.outbox`,
  // What their workflows have not published yet is in flight with them.
  orders: sql`
    select 'order ' || order_id as subject, published_at from orders.orders where published_at is not null
    union all select 'order ' || order_id, published_at from orders.refunds where published_at is not null`,
};

/** The queues of a consumer, whose inbox is in the schema of the same name, and what it is told of. */
export const consumers: Readonly<
  Record<
    Exclude<Carrier, 'workflows'>,
    { readonly queues: readonly string[]; readonly facts: readonly RawBuilder<unknown>[] }
  >
> = {
  ledger: { queues: ['ledger.events.v1'], facts: [facts.orders, facts.billing] },
  notification: {
    queues: ['notification.events.v1', 'notification.commands.v1'],
    facts: [facts.orders, facts.billing],
  },
  customers: { queues: ['customers.events.v1'], facts: [facts.payers, facts.billing] },
  billing: { queues: ['billing.events.v1'], facts: [facts.accounts] },
  communities: { queues: ['communities.events.v1'], facts: [facts.accounts] },
};

/** Reads what is in flight to a consumer, in the snapshot of the figures. */
export async function readInFlight(
  transaction: Transaction<unknown>,
  carrier: Exclude<Carrier, 'workflows'>,
  messages: number,
): Promise<InFlight> {
  const { queues, facts } = consumers[carrier];
  const { rows } = await sql<{ subject: string; isCertain: boolean }>`
    with newest as (select max(handled_at) - ${overtaken} as since from ${sql.table(`${carrier}.inbox`)})
    select subject, published_at is null as "isCertain"
    from (${sql.join(facts, sql` union all `)}) as fact, newest
    where published_at is null or since is null or published_at > since
    union all
    select case when event_type like 'billing.payment.%' then 'invoice-payment ' when event_type like 'customers.%' then 'customer '
      when event_type like 'checkout.%' or event_type like 'provider.%' then 'order ' else 'invoice ' end || subject, true
    from dead_letters.dead_letters where state = 'parked' and queue in (${sql.join(queues)})
  `.execute(transaction);
  const subjects = (isCertain: boolean) =>
    new Set(rows.filter((row) => row.isCertain === isCertain).map(({ subject }) => subject));
  return { certain: subjects(true), published: subjects(false), messages };
}

/** What open workflows are about: their own subject, their order, and the customer whose balance they change. */
export function inWorkflows(open: readonly OpenWorkflow[]): InFlight {
  const subjects = open.flatMap(({ workflowId, orderId, customerId }) => [
    // `checkout/o-1` is about the order of that id.
    workflowId.replace(/^checkout\//, 'order/').replace('/', ' '),
    ...(orderId ? [`order ${orderId}`] : []),
    ...(customerId && workflowId.startsWith('invoice-payment/') ? [`customer ${customerId}`] : []),
  ]);
  return { certain: new Set(subjects), published: new Set(), messages: 0 };
}
