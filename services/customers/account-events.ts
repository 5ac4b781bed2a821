import { sql } from 'kysely';
import { createEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import type { Account } from './contract.ts';

/** The whole account, as one of its events says it. */
export const accountColumns = sql.raw('customer_id as "customerId", name, email, country, status, version');

/** What an account says of itself when it is new or was changed: each version once. */
export const userEvent = (name: 'UserCreated' | 'UserChanged', account: Account): IntegrationEvent =>
  createEvent({ ...aboutVersion(account), name, data: account });

/** The account as it stands, once more: an event of its own, since who has handled the first one drops its repetition. */
export const userRepublished = (account: Account, time: number): IntegrationEvent =>
  createEvent({
    ...about(account),
    name: 'UserChanged',
    origin: `user/${account.customerId}/republished`,
    sequence: time,
    data: account,
  });

/** @param time which ban of the account it is, from 1 */
export const accountBanned = ({ status: _, ...account }: Account, reason: string, time: number): IntegrationEvent =>
  createEvent({
    ...about(account),
    name: 'AccountBanned',
    origin: `account/${account.customerId}`,
    sequence: time,
    data: { ...account, reason },
  });

export const accountUnbanned = ({ status: _, ...account }: Account, reason: string): IntegrationEvent =>
  createEvent({ ...aboutVersion(account), name: 'AccountUnbanned', data: { ...account, reason } });

/** That a person is gone: copies have this version, and no name. */
export const customerErased = ({ customerId, version, country }: Account): IntegrationEvent =>
  createEvent({
    ...about({ customerId }),
    name: 'CustomerErased',
    origin: `erasure/${customerId}`,
    sequence: version,
    data: { customerId, version, country },
  });

const about = ({ customerId }: Pick<Account, 'customerId'>) => ({
  subject: customerId,
  time: new Date().toISOString(),
  correlationId: customerId,
  causationId: `account/${customerId}`,
});

const aboutVersion = (account: Pick<Account, 'customerId' | 'version'>) => ({
  ...about(account),
  origin: `user/${account.customerId}`,
  sequence: account.version,
});
