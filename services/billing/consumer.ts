import { defineBatchConsumer } from '../../events/consumers.ts';
import { copyUsers, userCopies } from '../../events/consuming/user-copy.ts';
import { subscriptions } from '../../events/subscriptions.ts';

/** Keeps billing's copy of the accounts: whose invoices are on hold. */
export const billingConsumer = defineBatchConsumer<Record<never, never>>()({
  ...subscriptions.billing,
  effects: userCopies,
  write: copyUsers,
});
