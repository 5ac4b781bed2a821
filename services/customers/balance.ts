import { type Kysely, sql } from 'kysely';
import type { Currency } from '../../contracts/currency.ts';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { CustomerId } from '../../contracts/identifiers.ts';
import type { Balance } from './contract.ts';

/** A change of what a customer owes less their credit; it is made once for its key, for ever. */
export interface BalanceChange {
  /** What it comes from: `payment/p-1`. */
  readonly key: string;
  readonly customerId: CustomerId;
  readonly currency: Currency;
  /** Minor units: above zero what they owe more, below it what they owe less. */
  readonly amount: number;
}

/**
 * Changes the balance of a customer, once for each key.
 *
 * @returns the balance in the currency of the change
 * @throws {ServiceFailure} `IdempotencyConflict` when the key has made another change
 */
export async function changeBalance(database: Kysely<unknown>, change: BalanceChange): Promise<Balance> {
  await writeBalanceChanges(database, [change]);
  const { customerId, currency } = change;
  const balances = await listBalances(database, customerId);
  return balances.find((balance) => balance.currency === currency) ?? { currency, amount: 0 };
}

/**
 * Writes changes as {@link changeBalance} does, in one statement.
 *
 * @throws {ServiceFailure} `IdempotencyConflict` when one of the keys has made another change
 */
export async function writeBalanceChanges<Tables>(
  database: Kysely<Tables>,
  changes: readonly BalanceChange[],
): Promise<void> {
  if (changes.length === 0) return;
  const change = sql`unnest(
    ${changes.map(({ key }) => key)}::text[], ${changes.map(({ customerId }) => customerId)}::text[],
    ${changes.map(({ currency }) => currency)}::text[], ${changes.map(({ amount }) => amount)}::bigint[]
  ) as change (change_key, customer_id, currency, amount)`;
  const { numAffectedRows } = await sql`
    insert into balance_changes (change_key, customer_id, currency, amount)
    select * from ${change}
    -- Rows that are locked in the order of their keys cannot deadlock with other changes.
    order by change_key
    on conflict (change_key) do nothing
  `.execute(database);
  if (numAffectedRows === BigInt(changes.length)) return;
  const { rows } = await sql<{ key: string }>`
    select change_key as key from ${change} join balance_changes as known using (change_key)
    where (known.customer_id, known.currency, known.amount)
      is distinct from (change.customer_id, change.currency, change.amount)
  `.execute(database);
  if (!rows[0]) return;
  throw new ServiceFailure(
    'IdempotencyConflict',
    `${rows[0].key} has changed a balance before, with other content; a key changes one balance once`,
    { field: 'key' },
  );
}

/** What a customer owes less their credit, by currency; none where nothing was asked of them. */
export async function listBalances(database: Kysely<unknown>, customerId: CustomerId): Promise<Balance[]> {
  const { rows } = await sql<Balance>`
    select currency, sum(amount)::bigint as amount from balance_changes
    where customer_id = ${customerId} group by currency order by currency
  `.execute(database);
  return rows;
}
