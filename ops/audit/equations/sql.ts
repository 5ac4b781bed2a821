/** What one side is of, subject by subject: rows of `subject`, `currency` and `amount`. */
export const money = (left: string, right: string) => `
  select subject, currency, coalesce(one.amount, 0)::bigint as left, coalesce(other.amount, 0)::bigint as right
  from (${left}) as one full join (${right}) as other using (subject, currency)`;

/** The same of counts: rows of `subject` and `amount`. */
export const counts = (left: string, right: string) => `
  select subject, null as currency, coalesce(one.amount, 0)::bigint as left, coalesce(other.amount, 0)::bigint as right
  from (${left}) as one full join (${right}) as other using (subject)`;

/**
 * Rows that there may not be.
 *
 * @param subject what a row is about, as an expression
 */
export const none = (subject: string, rows: string) =>
  `select ${subject} as subject, null as currency, 1 as left, 0 as right from ${rows}`;

/** Whom the provider holds an intent for: the order, or the payment of an invoice. */
const owner = `coalesce(
  'order ' || (metadata ->> 'checkout_id'), regexp_replace(metadata ->> 'workflow_id', '/', ' '), 'intent ' || payment_intents.id
)`;

/** What the provider has moved, by its own record: a row a movement, with whom it was moved for. */
export const movements = `(
  select ${owner} as subject, upper(movements.currency) as currency, movements.amount, kind, dispute_id,
    metadata ->> 'checkout_id' as checkout_id
  from payment_simulator.movements join payment_simulator.payment_intents on payment_intents.id = intent_id
) as movements`;

/** Movements of some kinds, less those of others, by whom they were made for. */
export function moved(more: readonly string[], less: readonly string[] = [], of = 'true'): string {
  const list = (kinds: readonly string[]) => kinds.map((kind) => `'${kind}'`).join(', ');
  return `select subject, currency, sum(case when kind in (${list(more)}) then amount else -amount end)::bigint as amount
    from ${movements} where kind in (${list([...more, ...less])}) and ${of} group by 1, 2`;
}

/** Entries with whom their journal is about; those whose journal is gone are about that. */
const entries = `(
  select coalesce(subject_kind || ' ' || subject_id, 'journal ' || entries.journal_id) as subject, subject_kind, account,
    currency, coalesce(debit, 0) - coalesce(credit, 0) as amount
  from ledger.entries left join ledger.journals using (journal_id)
) as entries`;

/** What an account of the ledger holds, debits less credits. */
export const balanceOf = (account: string) => `
  select subject, currency, sum(amount) as amount from ${entries} where account = '${account}' group by 1, 2`;

/** The same of the journals about one kind of subject: `order`. */
export const balanceAbout = (account: string, kind: string) => `
  select subject, currency, sum(amount) as amount from ${entries}
  where account = '${account}' and subject_kind = '${kind}' group by 1, 2`;

/** How many journals there are of some types of events. */
export const journals = (...types: readonly string[]) => `
  select subject_kind || ' ' || subject_id as subject, count(*) as amount from ledger.journals
  where event_type in (${types.map((type) => `'${type}'`).join(', ')}) group by 1`;

/** Several rows of a subject as one. */
export const summed = (rows: string) => `
  select subject, currency, sum(amount) as amount from (${rows}) as part group by 1, 2`;
