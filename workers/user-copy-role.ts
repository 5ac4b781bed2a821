import type { CopyKeeper } from '../contracts/user-copy.ts';
import { userCopyConsumer } from '../events/consuming/user-copy.ts';
import { subscriptions } from '../events/subscriptions.ts';
import { consumerRole } from './consumer-role.ts';

/**
 * The role that keeps a service's copy of the accounts.
 *
 * @param consumer its own, where more follows from an account there
 */
export const userCopyRole = (service: CopyKeeper, consumer = userCopyConsumer(subscriptions[service])) =>
  consumerRole({
    schema: service,
    migrations: new URL(`../services/${service}/migrations`, import.meta.url),
    open: () => ({ definitions: [consumer] }),
  });
