import type { DataIn } from '../../messaging/envelope/contracts.ts';
import { checkoutEvents } from './checkout.ts';
import { checkoutRequests } from './checkout-requests.ts';
import { customerEvents } from './customers.ts';
import { notificationEvents } from './notification.ts';
import { providerEvents } from './provider.ts';

/** Names this system in what it publishes. */
export const systemName = 'durable-checkout';

/** Every integration event and command: its name, its type (which is also its routing key) and the schema of its data. */
export const integrationEvents = {
  ...checkoutEvents,
  ...checkoutRequests,
  ...customerEvents,
  ...notificationEvents,
  ...providerEvents,
};

export type EventName = keyof typeof integrationEvents;

export type EventData<Name extends EventName> = DataIn<typeof integrationEvents, Name>;
