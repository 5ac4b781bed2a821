import { defineConsumer } from '../../events/consumer-definition.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { postPayment, postRefund } from './postings.ts';
import { type LedgerTables, postJournal } from './store.ts';

/** Posts the journal of every financial event, once. */
export const ledgerConsumer = defineConsumer<LedgerTables>()({
  ...subscriptions.ledger,
  handlers: {
    PaymentProcessed: (event, transaction) => postJournal(transaction, event, postPayment(event)),
    OrderRefunded: (event, transaction) => postJournal(transaction, event, postRefund(event)),
  },
});
