import { type Kysely, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { erasedContact } from '../../contracts/erased-customer.ts';
import type { CustomerId } from '../../contracts/identifiers.ts';
import type { userCopyOperations } from '../../contracts/user-copy.ts';
import { defineBatchConsumer } from '../consumers.ts';
import type { IntegrationEvent } from '../integration-event.ts';
import { bucketOf, type CopyTable, checksumsOf, upsertCopies } from './read-copy.ts';
import { userEvents } from './user-events.ts';

/** The table of a service that keeps a copy of the accounts. */
const customersCopy: CopyTable = {
  name: 'customers_copy',
  key: 'customer_id',
  columns: ['name', 'email', 'country', 'status'],
};

/** An account as an event tells of it. */
interface UserCopy {
  readonly customer_id: string;
  readonly version: number;
  readonly name: string;
  readonly email: string;
  readonly country: string;
  readonly status: string;
}

type Told = Omit<UserCopy, 'customer_id'> & { readonly customerId: string };

const copyOf = ({ customerId, version, name, email, country, status }: Told): UserCopy => ({
  ...{ customer_id: customerId, version, name, email, country, status },
});

/** What the copy has to say after each of the {@link userEvents}; one that does not tell the whole account says nothing. */
const userCopies = {
  UserCreated: ({ data }: IntegrationEvent<'UserCreated'>) => copyOf(data),
  UserChanged: ({ data }: IntegrationEvent<'UserChanged'>) => copyOf(data),
  AccountBanned({ data }: IntegrationEvent<'AccountBanned'>) {
    const { customerId, version, name, email, country } = data;
    if (!version || !name || !email || !country) return undefined;
    return copyOf({ customerId, version, name, email, country, status: 'banned' });
  },
  AccountUnbanned: ({ data }: IntegrationEvent<'AccountUnbanned'>) => copyOf({ ...data, status: 'active' }),
  CustomerErased: ({ data }: IntegrationEvent<'CustomerErased'>) =>
    copyOf({ ...data, ...erasedContact, status: 'erased' }),
};

/** Brings a service's copy up to date; a version that is older than the copy's changes nothing. */
export const copyUsers = <Tables>(transaction: Transaction<Tables>, copies: readonly UserCopy[]): Promise<void> =>
  upsertCopies(
    transaction,
    customersCopy,
    copies.map((copy) => ({ ...copy })),
  );

/** What a service does in the transaction that has brought its copy up to date. */
type Afterwards = (transaction: Transaction<Record<never, never>>, customerIds: string[]) => Promise<void>;

/**
 * The consumer that keeps a service's copy of the accounts.
 *
 * @param subscription the service's own
 * @param afterwards what else follows from it there. @default nothing
 */
export const userCopyConsumer = (
  subscription: { readonly name: string; readonly queue: string },
  afterwards?: Afterwards,
) =>
  defineBatchConsumer<Record<never, never>>()({
    ...subscription,
    events: userEvents,
    effects: userCopies,
    async write(transaction: Transaction<Record<never, never>>, told: readonly (UserCopy | undefined)[]) {
      const copies = told.filter((copy) => copy !== undefined);
      await copyUsers(transaction, copies);
      await afterwards?.(
        transaction,
        copies.map((copy) => copy.customer_id),
      );
    },
  });

type Operations = typeof userCopyOperations;

/** What a service that keeps a copy of the accounts answers about it. */
export const userCopyHandlers = (database: Kysely<unknown>) => ({
  copyChecksums: async () => ({ buckets: await checksumsOf(database, { ...customersCopy, columns: ['status'] }) }),
  async listCopies({ bucket, after, limit }: z.output<Operations['listCopies']['input']>) {
    const { rows } = await sql<{ customerId: CustomerId }>`
      select customer_id as "customerId" from customers_copy
      where ${bucketOf('customer_id')} = ${bucket} and ${after === undefined ? sql`true` : sql`customer_id > ${after}`}
      order by customer_id limit ${limit}
    `.execute(database);
    return { customerIds: rows.map(({ customerId }) => customerId) };
  },
  async dropCopies({ customerIds }: z.output<Operations['dropCopies']['input']>) {
    const { numAffectedRows } = await sql`
      delete from customers_copy where customer_id = any(${customerIds}::text[])
    `.execute(database);
    return { dropped: Number(numAffectedRows ?? 0) };
  },
});
