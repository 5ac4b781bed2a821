import { eventDecoder } from '../messaging/envelope/decoder.ts';
import {
  createEventIn,
  type DraftIn,
  type EventIn,
  encodeEventOf,
  schemaNameIn,
} from '../messaging/envelope/envelope.ts';
import { type EventName, integrationEvents, systemName } from './contracts/index.ts';

/** An event of this system; `name` tells which, and with it the type of `data`. */
export type IntegrationEvent<Name extends EventName = EventName> = EventIn<typeof integrationEvents, Name>;

/** What a new event is made from. */
export type EventDraft<Name extends EventName = EventName> = DraftIn<typeof integrationEvents, Name>;

/** The type of an event in its newest version, which is also its routing key: `checkout.order.placed.v1`. */
export const typeOf = (name: EventName): string => integrationEvents[name].type;

/**
 * Makes an event with its deterministic id.
 *
 * @throws {InvalidEventError} when the data does not meet the event's contract, or an attribute is none
 */
export function createEvent<Name extends EventName>(draft: EventDraft<Name>): IntegrationEvent<Name> {
  return createEventIn(integrationEvents, draft);
}

/** The event as the body of a message: a structured-mode CloudEvent 1.0. */
export const encodeEvent = (event: IntegrationEvent): Buffer => encodeEventOf(systemName, event);

/** The name of the JSON Schema of an event's data. */
export const schemaName = (type: string): string => schemaNameIn(systemName, type);

/**
 * Reads the body of a message of this system.
 *
 * @throws {UnreadableEventError} which says whether the body, the type, its major version, the data or the source is at fault
 */
export const decodeEvent = eventDecoder(integrationEvents, systemName);
