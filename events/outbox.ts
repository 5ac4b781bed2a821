import type { Transaction } from 'kysely';
import { appendAllToOutboxOf, appendToOutboxOf } from '../messaging/outbox/outbox.ts';
import { systemName } from './contracts/index.ts';
import type { IntegrationEvent } from './integration-event.ts';

/** Writes an event of this system, in the transaction of the effect that it states; the relay publishes it after the commit. */
export const appendToOutbox = <Tables>(transaction: Transaction<Tables>, event: IntegrationEvent): Promise<void> =>
  appendToOutboxOf(systemName, transaction, event);

/** The same for many events, in their order and in one statement. */
export const appendAllToOutbox = <Tables>(
  transaction: Transaction<Tables>,
  events: readonly IntegrationEvent[],
): Promise<void> => appendAllToOutboxOf(systemName, transaction, events);
