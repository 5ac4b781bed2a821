import type { subscriptions } from '../../../events/subscriptions.ts';
import { checkoutPostings } from './checkout.ts';
import { disputePostings } from './dispute.ts';
import type { Posting } from './posting.ts';
import { refundPostings } from './refund.ts';

/** The events that move money. */
export type FinancialEvent = (typeof subscriptions.ledger.events)[number];

/** What each of them posts: one file a publishing context. */
export const postings: { readonly [Name in FinancialEvent]: Posting<Name> } = {
  ...checkoutPostings,
  ...refundPostings,
  ...disputePostings,
};
