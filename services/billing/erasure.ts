import { sql, type Transaction } from 'kysely';
import { erasedContact } from '../../contracts/erased-customer.ts';

/**
 * Erases names and mail addresses of those of these customers who were erased: in invoices and payments, and in what was written
 * for others. Amounts, numbers and ids stay, as the law wants them.
 */
export async function eraseContacts<Tables>(
  transaction: Transaction<Tables>,
  customerIds: readonly string[],
): Promise<void> {
  const erased = sql`(
    select customer_id from customers_copy where customer_id = any(${customerIds}::text[]) and status = 'erased'
  )`;
  const contact = sql`contact_name = ${erasedContact.name}, contact_email = ${erasedContact.email}`;
  const isNamed = sql`contact_email is distinct from ${erasedContact.email}`;
  await sql`update invoices set ${contact} where customer_id in ${erased} and ${isNamed}`.execute(transaction);
  await sql`
    update payments set ${contact}, payer = null, remittance = null, assigned_note = null
    where customer_id in ${erased} and (${isNamed} or num_nonnulls(payer, remittance, assigned_note) > 0)
  `.execute(transaction);
  await sql`
    delete from outbox where published_at is not null and body::jsonb -> 'data' ->> 'customerId' in ${erased}
  `.execute(transaction);
}
