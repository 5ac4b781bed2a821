import { defineBatchConsumer } from '../../events/consumers.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { postDisputeClosed, postDisputeOpened, postPayment, postRefund } from './postings.ts';
import { journalOf, type LedgerTables, postJournals } from './store.ts';

/** Events in one transaction at most. All of them are two statements, so many cost little more than a few. */
export const ledgerBatchSize = 200;

/** Posts the journal of every financial event, once. */
export const ledgerConsumer = defineBatchConsumer<LedgerTables>()({
  ...subscriptions.ledger,
  effects: {
    PaymentProcessed: (event) => journalOf(event, postPayment(event)),
    OrderRefunded: (event) => journalOf(event, postRefund(event)),
    ProviderRefunded: (event) => journalOf(event, postRefund(event)),
    DisputeOpened: (event) => journalOf(event, postDisputeOpened(event)),
    DisputeClosed: (event) => journalOf(event, postDisputeClosed(event)),
  },
  write: postJournals,
});
