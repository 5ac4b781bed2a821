import { userCopyConsumer } from '../../events/consuming/user-copy.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { commandMissingMails } from './held.ts';

/** Keeps billing's copy of the accounts: whose invoices are on hold, and are mailed once they are not any more. */
export const billingConsumer = userCopyConsumer(subscriptions.billing, commandMissingMails);
