import type { Logger } from '../../platform/logging.ts';
import { createLogger } from '../../platform/logging.ts';
import { connectToBroker } from '../connection/connection.ts';
import { typesOf } from '../contracts/definition.ts';
import { type EventName, integrationEvents } from '../contracts/index.ts';
import { decodeEvent, type IntegrationEvent, UnreadableEventError } from '../envelope/integration-event.ts';
import { standardTopology } from '../topology/standard-topology.ts';
import type { Topology } from '../topology/topology.ts';

export interface ListenerOptions {
  /** Which events to hear; all unless said otherwise. */
  readonly names?: readonly EventName[];
  readonly topology?: Topology;
  readonly logger?: Logger;
  /** Called for every event, in the order of arrival. */
  readonly onEvent?: (event: IntegrationEvent) => void;
}

/** Hears events beside the consumers, without taking them away from anyone. */
export interface EventListener {
  /** All events heard so far, in the order of arrival. */
  readonly events: readonly IntegrationEvent[];
  /**
   * The first event of this name that meets the predicate, of those heard already or to come.
   *
   * @param timeoutMilliseconds how long to wait; 10,000 unless said otherwise
   * @throws {Error} that tells what was heard instead, when the time is over
   */
  waitFor<Name extends EventName>(
    name: Name,
    predicate?: (event: IntegrationEvent<Name>) => boolean,
    timeoutMilliseconds?: number,
  ): Promise<IntegrationEvent<Name>>;
  close(): Promise<void>;
}

/**
 * Listens to integration events through a queue that goes away with the connection. Returns when the queue is bound:
 * every event that is published from then on is heard.
 *
 * @throws {BrokerConfigurationError} when the address is wrong or the login is refused
 */
export async function listenForEvents(
  amqpUrl: string,
  { names, topology = standardTopology, logger = createLogger('event-listener'), onEvent }: ListenerOptions = {},
): Promise<EventListener> {
  const connection = await connectToBroker({ url: amqpUrl, name: 'event-listener', logger, topology });
  const events: IntegrationEvent[] = [];
  const waiting = new Set<(event: IntegrationEvent) => void>();
  const hear = (content: Buffer) => {
    try {
      const event = decodeEvent(content);
      events.push(event);
      onEvent?.(event);
      for (const notice of waiting) notice(event);
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
      logger.warn({ err: error }, 'heard a message that is no known event');
    }
  };
  const { ready } = connection.keepChannel({
    name: 'event listener',
    async open(channel) {
      const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
      for (const key of names?.flatMap((name) => typesOf(integrationEvents[name])) ?? ['#']) {
        await channel.bindQueue(queue, connection.topology.exchanges.events, key);
      }
      await channel.consume(queue, (message) => message && hear(message.content), { noAck: true });
    },
  });
  await ready;

  return {
    events,
    waitFor<Name extends EventName>(
      name: Name,
      predicate: (event: IntegrationEvent<Name>) => boolean = () => true,
      timeoutMilliseconds = 10_000,
    ) {
      const fits = (event: IntegrationEvent): event is IntegrationEvent<Name> & IntegrationEvent =>
        event.name === name && predicate(event as unknown as IntegrationEvent<Name>);
      const heard = events.find(fits);
      if (heard) return Promise.resolve(heard);
      return new Promise<IntegrationEvent<Name>>((resolve, reject) => {
        const notice = (event: IntegrationEvent) => {
          if (!fits(event)) return;
          clearTimeout(timer);
          waiting.delete(notice);
          resolve(event);
        };
        const timer = setTimeout(() => {
          waiting.delete(notice);
          const others = events.slice(-20).map((event) => `${event.name} of ${event.subject}`);
          reject(
            new Error(
              `no ${name} came within ${timeoutMilliseconds} ms; the last heard: ${others.join(', ') || 'none'}`,
            ),
          );
        }, timeoutMilliseconds);
        waiting.add(notice);
      });
    },
    close: () => connection.close(),
  };
}
