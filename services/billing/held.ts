import { sql, type Transaction } from 'kysely';
import type { CustomerId } from '../../contracts/identifiers.ts';

/**
 * Who of these customers is banned, as the copy of the accounts has it. Until the transaction ends the ban is not lifted: whoever
 * lifts it finds the invoices that this transaction has issued.
 */
export async function lockBanned(
  transaction: Transaction<unknown>,
  customerIds: readonly CustomerId[],
): Promise<ReadonlySet<CustomerId>> {
  const { rows } = await sql<{ customerId: CustomerId }>`
    select customer_id as "customerId" from customers_copy
    where customer_id = any(${customerIds}::text[]) and status = 'banned' order by customer_id for share
  `.execute(transaction);
  return new Set(rows.map(({ customerId }) => customerId));
}
