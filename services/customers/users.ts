import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { CustomerId } from '../../contracts/identifiers.ts';
import { bucketOf, type CopyTable } from '../../events/consuming/read-copy.ts';
import { appendAllToOutbox } from '../../events/outbox.ts';
import { accountColumns, userRepublished } from './account-events.ts';
import type { Account, customersContract } from './contract.ts';

type Operations = typeof customersContract.operations;

/** What copies of the accounts have to agree with. */
export const users: CopyTable = { name: 'customers', key: 'customer_id', columns: ['status'] };

/** Accounts in the order of their ids. */
export async function listUsers(
  database: Kysely<unknown>,
  { after, bucket, limit }: z.output<Operations['listUsers']['input']>,
): Promise<Account[]> {
  const { rows } = await sql<Account>`
    select ${accountColumns} from customers
    where ${after === undefined ? sql`true` : sql`customer_id > ${after}`}
      and ${bucket === undefined ? sql`true` : sql`${bucketOf('customer_id')} = ${bucket}`}
    order by customer_id limit ${limit}
  `.execute(database);
  return rows;
}

/** Publishes accounts as they stand, for those who keep copies; their versions stay. */
export function republish(
  database: Kysely<unknown>,
  customerIds: readonly CustomerId[],
): Promise<{ republished: number; unknown: CustomerId[] }> {
  return database.transaction().execute(async (transaction) => {
    // Locked in the order of their ids, as an import does it.
    const { rows } = await sql<Account & { time: number }>`
      with locked as (
        select customer_id from customers where customer_id = any(${customerIds}::text[]) order by customer_id for update
      )
      update customers set republished = republished + 1 where customer_id in (select customer_id from locked)
      returning ${accountColumns}, republished as time
    `.execute(transaction);
    await appendAllToOutbox(
      transaction,
      rows.map(({ time, ...account }) => userRepublished(account, time)),
    );
    const known = new Set(rows.map(({ customerId }) => customerId));
    return { republished: rows.length, unknown: [...new Set(customerIds)].filter((id) => !known.has(id)) };
  });
}
