import { joined } from '../../../contracts/joined.ts';
import type { subscriptions } from '../../../events/subscriptions.ts';
import * as contexts from './list.ts';
import type { Posting } from './posting.ts';

/** The events that move money. */
export type FinancialEvent = (typeof subscriptions.ledger.events)[number];

/** What each of them posts. */
export const postings: { readonly [Name in FinancialEvent]: Posting<Name> } = joined(contexts);
