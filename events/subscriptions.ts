import type { EventName } from './contracts/index.ts';

/** Which events one consumer takes, and the work queue that holds them for it. */
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
  ledger: { name: 'ledger', queue: 'ledger.events.v1', events: ['PaymentProcessed'] },
  notification: {
    name: 'notification',
    queue: 'notification.events.v1',
    events: ['OrderCompleted', 'PaymentFailed', 'OrderCancelled'],
  },
} as const satisfies Record<string, Subscription>;
