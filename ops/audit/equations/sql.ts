/** What the provider has moved for each checkout, by its own record. */
export const movedFor = (...columns: readonly string[]) => `(
  select metadata ->> 'checkout_id' as checkout_id, ${columns.join(', ')}
  from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
  where metadata ->> 'checkout_id' is not null
  group by 1
)`;

/** A column of it: the sum of one kind of movement, under the name of the kind. */
export const sumOf = (kind: string) =>
  `coalesce(sum(movements.amount) filter (where kind = '${kind}'), 0)::bigint as ${kind}`;

/** What an account of the ledger holds, debits less credits, by currency. */
export const balanceOf = (account: string) => `
  select currency, sum(coalesce(debit, 0) - coalesce(credit, 0)) as amount
  from ledger.entries where account = '${account}' group by 1`;

/** The same of the journals about one kind of subject: `order`. */
export const balanceAbout = (account: string, kind: string) => `
  select currency, sum(coalesce(debit, 0) - coalesce(credit, 0)) as amount
  from ledger.entries join ledger.journals using (journal_id)
  where account = '${account}' and subject_kind = '${kind}' group by 1`;

/** Two sums by currency, side by side, also where one of them has none. */
export const byCurrency = (left: string, right: string) => `
  select currency, coalesce(one.amount, 0)::bigint as left, coalesce(other.amount, 0)::bigint as right
  from (${left}) as one full join (${right}) as other using (currency)`;

export const none = (rows: string) => `select count(*) as left, 0 as right from ${rows}`;

export const equal = (left: string, right: string) => `select (${left}) as left, (${right}) as right`;
