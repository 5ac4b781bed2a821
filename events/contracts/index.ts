import { joined } from '../../contracts/joined.ts';
import type { DataIn } from '../../messaging/envelope/contracts.ts';
import * as contexts from './list.ts';

/** Names this system in what it publishes. */
export const systemName = 'durable-checkout';

/** Every integration event and command: its name, its type (which is also its routing key) and the schema of its data. */
export const integrationEvents = joined(contexts);

export type EventName = keyof typeof integrationEvents;

export type EventData<Name extends EventName> = DataIn<typeof integrationEvents, Name>;
