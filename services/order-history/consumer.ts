import { defineBatchConsumer } from '../../events/consumers.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { type OrderHistoryTables, recordEntries } from './store.ts';
import { entryOf } from './timeline.ts';

/** Writes the history of every order. */
export const orderHistoryConsumer = defineBatchConsumer<OrderHistoryTables>()({
  ...subscriptions.orderHistory,
  effects: {
    OrderPlaced: entryOf,
    InventoryReserved: entryOf,
    PaymentProcessed: entryOf,
    PaymentFailed: entryOf,
    InventoryReleased: entryOf,
    OrderCompleted: entryOf,
    OrderCancelled: entryOf,
    OrderRefunded: entryOf,
    ProviderRefunded: entryOf,
    DisputeOpened: entryOf,
    DisputeClosed: entryOf,
    NotificationSent: entryOf,
  },
  async write(transaction, entries) {
    const ofOrders = entries.filter((entry) => entry !== undefined);
    if (ofOrders.length > 0) await recordEntries(transaction, ofOrders);
  },
});
