import type { EventName } from './contracts/index.ts';

/** Which events or commands one consumer takes, and the work queue that holds them for it. */
export interface Subscription<Name extends EventName = EventName> {
  /** The consumer, as its inbox names it. */
  readonly name: string;
  /** Arguments of a queue never change, so its version is in its name. */
  readonly queue: `${string}.v${number}`;
  readonly events: readonly Name[];
}

/**
 * Who listens to what. Every process declares all of it, so an event waits for its consumer even when that consumer has
 * never run.
 */
export const subscriptions = {
  ledger: { name: 'ledger', queue: 'ledger.events.v1', events: ['PaymentProcessed', 'OrderRefunded'] },
  notification: {
    name: 'notification',
    queue: 'notification.events.v1',
    events: ['OrderCompleted', 'PaymentFailed', 'OrderCancelled', 'OrderRefunded'],
  },
  orderHistory: {
    name: 'order-history',
    queue: 'order-history.events.v1',
    events: [
      'OrderPlaced',
      'InventoryReserved',
      'PaymentProcessed',
      'PaymentFailed',
      'InventoryReleased',
      'OrderCompleted',
      'OrderCancelled',
      'OrderRefunded',
      'NotificationSent',
    ],
  },
  checkout: { name: 'checkout', queue: 'checkout.events.v1', events: ['AccountBanned', 'CheckoutRequested'] },
  checkoutCommands: { name: 'checkout-commands', queue: 'checkout.commands.v1', events: ['PlaceOrder'] },
} as const satisfies Record<string, Subscription>;
