import { type Kysely, sql } from 'kysely';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { createEvent } from '../../events/integration-event.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import type { Customer } from './contract.ts';
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
    const { rows } = await sql<{ bans: number }>`
      update customers set status = 'banned', bans = bans + 1, updated_at = now()
      where customer_id = ${customerId} and status <> 'banned'
      returning bans
    `.execute(transaction);
    if (rows[0]) {
      const account = `account/${customerId}`;
      const ban = createEvent({
        name: 'AccountBanned',
        origin: account,
        sequence: rows[0].bans,
        subject: customerId,
        time: new Date().toISOString(),
        correlationId: customerId,
        causationId: account,
        data: { customerId, reason },
      });
      await appendToOutbox(transaction, ban);
    }
    return findCustomer(transaction, customerId);
  });
}

/**
 * Lifts the ban of an account and keeps the reason. An account that is not banned stays as it is.
 *
 * @throws {ServiceFailure} `CustomerNotFound`
 */
export function unbanCustomer(
  database: Kysely<unknown>,
  { customerId, reason }: { readonly customerId: CustomerId; readonly reason: string },
): Promise<Customer> {
  return database.transaction().execute(async (transaction) => {
    await sql`
      with unbanned as (
        update customers set status = 'active', updated_at = now()
        where customer_id = ${customerId} and status = 'banned'
        returning customer_id
      )
      insert into unbans (customer_id, reason) select customer_id, ${reason} from unbanned
    `.execute(transaction);
    return findCustomer(transaction, customerId);
  });
}
