import { userCopyConsumer } from '../../events/consuming/user-copy.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { eraseContacts } from './erasure.ts';
import { commandMissingMails } from './held.ts';

/**
 * Keeps billing's copy of the accounts: whose invoices are on hold, and are mailed once they are not any more; and whose name is
 * to be erased.
 */
export const billingConsumer = userCopyConsumer(subscriptions.billing, async (transaction, customerIds) => {
  await commandMissingMails(transaction, customerIds);
  await eraseContacts(transaction, customerIds);
});
