import type { Transaction } from 'kysely';
import type { EventName } from '../contracts/index.ts';
import type { IntegrationEvent } from '../integration-event.ts';
import { type CopyTable, upsertCopies } from './read-copy.ts';

/** What a service takes that keeps a copy of the accounts. */
export const userEvents = [
  'UserCreated',
  'UserChanged',
  'AccountBanned',
  'AccountUnbanned',
] as const satisfies readonly EventName[];

/** The table of a service that keeps a copy of the accounts. */
export const customersCopy: CopyTable = {
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
export const userCopies = {
  UserCreated: ({ data }: IntegrationEvent<'UserCreated'>) => copyOf(data),
  UserChanged: ({ data }: IntegrationEvent<'UserChanged'>) => copyOf(data),
  AccountBanned({ data }: IntegrationEvent<'AccountBanned'>) {
    const { customerId, version, name, email, country } = data;
    if (!version || !name || !email || !country) return undefined;
    return copyOf({ customerId, version, name, email, country, status: 'banned' });
  },
  AccountUnbanned: ({ data }: IntegrationEvent<'AccountUnbanned'>) => copyOf({ ...data, status: 'active' }),
};

/** Brings the copy of the accounts up to date with what events have told. */
export const copyUsers = <Tables>(
  transaction: Transaction<Tables>,
  told: readonly (UserCopy | undefined)[],
): Promise<void> =>
  upsertCopies(
    transaction,
    customersCopy,
    told.filter((copy) => copy !== undefined).map((copy) => ({ ...copy })),
  );
