import { type BrokerProgramOptions, openBroker } from './broker.ts';
import type { EventContracts, NameIn } from './envelope/contracts.ts';
import { createEventIn, type DraftIn, type Envelope, type EventIn } from './envelope/envelope.ts';

/** What a program says of a new event. */
export type NewEvent<Contracts extends EventContracts, Name extends NameIn<Contracts>> = Pick<
  DraftIn<Contracts, Name>,
  'name' | 'origin' | 'sequence' | 'subject' | 'data'
> &
  Partial<Pick<DraftIn<Contracts, Name>, 'time' | 'correlationId' | 'causationId' | 'traceparent'>>;

/**
 * Makes an event. Its id comes from origin, sequence and type alone: the same call again makes the same event, which every
 * consumer handles once. By default it happens now, is joined to others by its subject, and its origin has caused it.
 *
 * @throws {InvalidEventError} when the data does not meet the event's contract, or an attribute is none; names the field
 */
export function createEvent<Contracts extends EventContracts, Name extends NameIn<Contracts>>(
  contracts: Contracts,
  event: NewEvent<Contracts, Name>,
): EventIn<Contracts, Name> {
  const { time = new Date().toISOString(), correlationId = event.subject, causationId = event.origin } = event;
  return createEventIn(contracts, { ...event, time, correlationId, causationId } as DraftIn<Contracts, Name>);
}

/** Publishes events over a connection of its own. */
export interface EventPublisher {
  /**
   * Publishes events in their order; resolves when the broker has confirmed all of them. May be repeated: the ids stay.
   *
   * @throws {BrokerUnavailableError} at once without a connection, else when the confirms stay away
   * @throws {MessageRefusedError} when a queue is full
   * @throws {MessageTooLargeError} at once; the message is not sent
   * @throws {UnroutableMessageError} for a command that no queue takes
   * @throws {BrokerConfigurationError} when only people can help, and so does {@link TopologyMismatchError}
   */
  publish(events: readonly Envelope[]): Promise<void>;
  /** Closes the connection, once everything in flight is confirmed. */
  close(): Promise<void>;
}

/**
 * Connects a program that publishes without Temporal. Returns after the first try, also when the broker is down, and
 * reconnects whenever it has to.
 *
 * @throws {BrokerConfigurationError} when the URL is wrong, or the login, the virtual host or a permission is refused
 * @throws {TopologyMismatchError} when the broker has a queue with other arguments
 */
export async function connectPublisher(options: BrokerProgramOptions): Promise<EventPublisher> {
  const broker = await openBroker(options.name ?? 'publisher', options);
  const { publisher } = broker;
  let fatal: unknown;
  broker.failed.catch(async (error: unknown) => {
    fatal = error;
    // What waits for a broker that will not come back fails now.
    await publisher.close();
  });
  return {
    async publish(events) {
      try {
        await publisher.publish(events);
      } catch (error) {
        throw fatal ?? error;
      }
    },
    close: () => broker.close(),
  };
}
