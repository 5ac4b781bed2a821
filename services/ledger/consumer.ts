import { defineBatchConsumer } from '../../events/consuming/consumer-definition.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { postPayment, postRefund } from './postings.ts';
import { journalOf, type LedgerTables, postJournals } from './store.ts';

/** Posts the journal of every financial event, once. */
export const ledgerConsumer = defineBatchConsumer<LedgerTables>()({
  ...subscriptions.ledger,
  effects: {
    PaymentProcessed: (event) => journalOf(event, postPayment(event)),
    OrderRefunded: (event) => journalOf(event, postRefund(event)),
  },
  write: postJournals,
});
