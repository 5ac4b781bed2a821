import { createLogger, type Logger } from '../../platform/logging.ts';
import { connectToBroker } from '../connection/connection.ts';
import { decodeEvent, type IntegrationEvent, UnreadableEventError } from '../envelope/integration-event.ts';
import { standardTopology } from '../topology/standard-topology.ts';
import type { Topology } from '../topology/topology.ts';

export interface ListenerOptions {
  /** Called for every event, in the order of arrival. */
  readonly onEvent: (event: IntegrationEvent) => void;
  readonly topology?: Topology;
  readonly logger?: Logger;
}

/** Hears events beside the consumers, without taking them away from anyone. */
export interface EventListener {
  close(): Promise<void>;
}

/**
 * Listens to all integration events through a queue that is deleted with the connection. Returns when the queue is bound:
 * every event that is published from then on is heard.
 *
 * @throws {BrokerConfigurationError} when the address is wrong or the login is refused
 */
export async function listenForEvents(
  amqpUrl: string,
  { onEvent, topology = standardTopology, logger = createLogger('event-listener') }: ListenerOptions,
): Promise<EventListener> {
  const connection = await connectToBroker({ url: amqpUrl, name: 'event-listener', logger, topology });
  const hear = (content: Buffer) => {
    try {
      onEvent(decodeEvent(content));
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
      logger.warn({ err: error }, 'heard a message that is no known event');
    }
  };
  const { ready } = connection.keepChannel({
    name: 'event listener',
    async open(channel) {
      const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
      await channel.bindQueue(queue, connection.topology.exchanges.events, '#');
      await channel.consume(queue, (message) => message && hear(message.content), { noAck: true });
    },
  });
  await ready;
  return { close: () => connection.close() };
}
