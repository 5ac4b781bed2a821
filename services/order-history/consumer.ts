import { defineBatchConsumer } from '../../events/consumers.ts';
import { subscriptions } from '../../events/subscriptions.ts';
import { type HistoryEvent, historyEvents } from './entries/index.ts';
import { countEndings } from './metrics.ts';
import { type OrderHistoryTables, recordEntries } from './store.ts';
import { entryOf } from './timeline.ts';

/** Writes the history of every order. */
export const orderHistoryConsumer = defineBatchConsumer<OrderHistoryTables>()({
  ...subscriptions.orderHistory,
  effects: Object.fromEntries(historyEvents.map((event) => [event, entryOf])) as Record<HistoryEvent, typeof entryOf>,
  async write(transaction, entries) {
    const ofOrders = entries.filter((entry) => entry !== undefined);
    if (ofOrders.length === 0) return;
    await recordEntries(transaction, ofOrders);
    countEndings(ofOrders);
  },
});
