import { defineBatchConsumer } from '../../events/consumers.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { journalsOf } from './journal.ts';
import { type LedgerTables, postJournals } from './store.ts';

/** Events in one transaction at most. All of them are two statements, so many cost little more than a few. */
export const ledgerBatchSize = 200;

/** Posts the journals of every financial event, once. */
export const ledgerConsumer = defineBatchConsumer<LedgerTables>()({
  ...subscriptions.ledger,
  effects: journalsOf,
  write: (transaction, journals) => postJournals(transaction, journals.flat()),
});
