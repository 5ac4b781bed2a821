import type { Transaction } from 'kysely';
import type { EventName } from './contracts/index.ts';
import type { IntegrationEvent } from './envelope.ts';
import type { Subscription } from './subscriptions.ts';

/**
 * The effect of an event, in the transaction that also enters it into the inbox. What it throws is taken to pass: the
 * event is tried again later, and parked when it fails every time.
 */
export type EventHandler<Name extends EventName, Tables> = (
  event: IntegrationEvent<Name>,
  transaction: Transaction<Tables>,
) => Promise<void>;

/** A consumer: what it listens to and what it does then. */
export interface ConsumerDefinition<Tables> extends Subscription {
  handle(event: IntegrationEvent, transaction: Transaction<Tables>): Promise<void>;
}

/**
 * Defines a consumer from its subscription, with one handler for each of its events: a missing one, or one for an event
 * that does not exist, does not compile.
 *
 * ```ts
 * defineConsumer<LedgerTables>()({ ...subscriptions.ledger, handlers: { PaymentProcessed: async (event, transaction) => … } });
 * ```
 */
export function defineConsumer<Tables>() {
  return <const Name extends EventName>({
    handlers,
    ...subscription
  }: Subscription<Name> & {
    readonly handlers: { readonly [Each in Name]: EventHandler<Each, Tables> };
  }): ConsumerDefinition<Tables> => {
    const byName = new Map(Object.entries(handlers)) as ReadonlyMap<string, EventHandler<EventName, Tables>>;
    return {
      ...subscription,
      async handle(event, transaction) {
        const handler = byName.get(event.name);
        if (!handler) throw new UnsubscribedEventError(`${subscription.name} has no handler for ${event.name}`);
        await handler(event, transaction);
      },
    };
  };
}

/** A binding of an earlier version still brings events that nobody here handles. */
export class UnsubscribedEventError extends Error {
  override readonly name = 'UnsubscribedEventError';
}
