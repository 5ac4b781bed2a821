import { type Kysely, sql } from 'kysely';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { accountBanned, accountColumns, accountUnbanned } from './account-events.ts';
import type { Account, Bans, Customer } from './contract.ts';
import { findCustomer } from './store.ts';

/**
 * Bans an account and, in the same transaction, leaves word of it for the relay. One that is banned already stays so, and
 * no event is published again.
 *
 * @throws {ServiceFailure} `CustomerNotFound`
 */
export function banCustomer(
  database: Kysely<unknown>,
  { customerId, reason }: { readonly customerId: CustomerId; readonly reason: string },
): Promise<Customer> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<Account & { bans: number }>`
      update customers set status = 'banned', bans = bans + 1, version = version + 1, updated_at = now()
      where customer_id = ${customerId} and status = 'active'
      returning ${accountColumns}, bans
    `.execute(transaction);
    for (const { bans, ...account } of rows) {
      await appendToOutbox(transaction, accountBanned(account, reason, bans));
    }
    return findCustomer(transaction, customerId);
  });
}

/**
 * Lifts the ban of an account, keeps the reason and leaves word of it for the relay. An account that is not banned stays as
 * it is.
 *
 * @throws {ServiceFailure} `CustomerNotFound`
 */
export function unbanCustomer(
  database: Kysely<unknown>,
  { customerId, reason }: { readonly customerId: CustomerId; readonly reason: string },
): Promise<Customer> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<Account>`
      with unbanned as (
        update customers set status = 'active', version = version + 1, updated_at = now()
        where customer_id = ${customerId} and status = 'banned'
        returning *
      ), noted as (
        insert into unbans (customer_id, reason) select customer_id, ${reason} from unbanned
      )
      select ${accountColumns} from unbanned
    `.execute(transaction);
    for (const account of rows) await appendToOutbox(transaction, accountUnbanned(account, reason));
    return findCustomer(transaction, customerId);
  });
}

/** @throws {ServiceFailure} `CustomerNotFound` */
export async function findBans(database: Kysely<unknown>, customerId: CustomerId): Promise<Bans> {
  const banned = await sql<Pick<Bans, 'times'>>`
    select bans as times from customers where customer_id = ${customerId}
  `.execute(database);
  const lifted = await sql<Bans['lifted'][number]>`
    select reason, lifted_at as "liftedAt" from unbans where customer_id = ${customerId} order by lifted_at
  `.execute(database);
  if (!banned.rows[0]) await findCustomer(database, customerId);
  return { times: banned.rows[0]?.times ?? 0, lifted: lifted.rows };
}
