import { defineConsumer } from '../../events/consumer-definition.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { type OrderHistoryTables, recordEvent } from './store.ts';

/** Writes the history of every order. */
export const orderHistoryConsumer = defineConsumer<OrderHistoryTables>()({
  ...subscriptions.orderHistory,
  handlers: {
    OrderPlaced: recordEvent,
    InventoryReserved: recordEvent,
    PaymentProcessed: recordEvent,
    PaymentFailed: recordEvent,
    InventoryReleased: recordEvent,
    OrderCompleted: recordEvent,
    OrderCancelled: recordEvent,
    OrderRefunded: recordEvent,
    NotificationSent: recordEvent,
  },
});
