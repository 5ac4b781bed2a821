import { joined } from '../../../contracts/joined.ts';
import * as contexts from './list.ts';

/** What each event that moves money posts; the ledger takes these events. */
export const postings = joined(contexts);

/** The events that move money. */
export type FinancialEvent = keyof typeof postings;
