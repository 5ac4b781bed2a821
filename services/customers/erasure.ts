import { type Kysely, sql } from 'kysely';
import { erasedContact } from '../../contracts/erased-customer.ts';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { appendToOutbox } from '../../events/outbox.ts';
import { accountColumns, customerErased } from './account-events.ts';
import type { Account, Erasure } from './contract.ts';
import { findCustomer } from './store.ts';

/**
 * Erases a person: name and mail address, the words about them, and what was written of them for others. The id stays, so that
 * orders and books keep what they are about, and so do purchases and balances. Who keeps copies is told. Again tells them again,
 * for what has come to them since.
 *
 * @param by who does it
 * @throws {ServiceFailure} `CustomerNotFound`
 */
export function eraseCustomer(database: Kysely<unknown>, customerId: CustomerId, by: string): Promise<Erasure> {
  return database.transaction().execute(async (transaction) => {
    const { rows } = await sql<Account>`
      update customers set name = ${erasedContact.name}, email = ${erasedContact.email}, status = 'erased',
        version = version + 1, updated_at = now()
      where customer_id = ${customerId} returning ${accountColumns}
    `.execute(transaction);
    const [account] = rows;
    // It says that there is none.
    if (!account) await findCustomer(transaction, customerId);
    await sql`update unbans set reason = '' where customer_id = ${customerId}`.execute(transaction);
    // What is not published yet would only say what is not true any more; that they are banned has to be said.
    await sql`
      delete from outbox where subject = ${customerId} and (published_at is not null or type like 'customers.user.%')
    `.execute(transaction);
    const erasure = await sql<Erasure>`
      insert into erasures (customer_id, erased_by) values (${customerId}, ${by})
      returning customer_id as "customerId", erased_at as "erasedAt"
    `.execute(transaction);
    await appendToOutbox(transaction, customerErased(account as Account));
    return erasure.rows[0] as Erasure;
  });
}
