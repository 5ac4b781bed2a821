import { defineBatchConsumer } from '../../events/consumers.ts';
import { copyUsers, userCopies } from '../../events/consuming/user-copy.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { commandMissingMails } from './held.ts';

/** Keeps billing's copy of the accounts: whose invoices are on hold, and are mailed once they are not any more. */
export const billingConsumer = defineBatchConsumer<Record<never, never>>()({
  ...subscriptions.billing,
  effects: userCopies,
  async write(transaction, told) {
    await copyUsers(transaction, told);
    await commandMissingMails(
      transaction,
      told.flatMap((copy) => (copy ? [copy.customer_id] : [])),
    );
  },
});
