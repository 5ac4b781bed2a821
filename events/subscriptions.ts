import type { Subscription as SubscriptionIn } from '../messaging/topology/topology.ts';
import { type FinancialEvent, postings } from '../services/ledger/postings/index.ts';
import { commandedLetters, letters } from '../services/notification/letters/index.ts';
import { historyEvents } from '../services/order-history/entries/index.ts';
import { userEvents } from './consuming/user-events.ts';
import type { EventName } from './contracts/index.ts';

/** Which events or commands of this system one consumer takes. */
export type Subscription<Name extends EventName = EventName> = SubscriptionIn<Name>;

/**
 * Who listens to what. Every process declares all of it, so an event waits for its consumer even when that consumer has
 * never run.
 */
export const subscriptions = {
  ledger: {
    name: 'ledger',
    queue: 'ledger.events.v1',
    events: Object.keys(postings) as FinancialEvent[],
  },
  notification: {
    name: 'notification',
    queue: 'notification.events.v1',
    events: letters.map(({ event }) => event),
  },
  notificationCommands: {
    name: 'notification-commands',
    queue: 'notification.commands.v1',
    events: commandedLetters.map(({ event }) => event),
  },
  orderHistory: {
    name: 'order-history',
    queue: 'order-history.events.v1',
    events: historyEvents,
  },
  billing: { name: 'billing', queue: 'billing.events.v1', events: userEvents },
  communities: { name: 'communities', queue: 'communities.events.v1', events: userEvents },
  orders: { name: 'orders', queue: 'orders.events.v1', events: ['CustomerErased'] },
  deadLetters: { name: 'dead-letters', queue: 'dead-letters.events.v1', events: ['CustomerErased'] },
  customers: {
    name: 'customers',
    queue: 'customers.events.v1',
    events: ['InvoiceCreated', 'PaymentReceived', 'PaymentReversed', 'PaymentReinstated', 'CreditNoteIssued'],
  },
  checkout: { name: 'checkout', queue: 'checkout.events.v1', events: ['AccountBanned', 'CheckoutRequested'] },
  checkoutCommands: { name: 'checkout-commands', queue: 'checkout.commands.v1', events: ['PlaceOrder'] },
} as const satisfies Record<string, Subscription>;
