import { createLogger, type Logger } from '../../platform/logging.ts';
import { connectToBroker } from '../connection/connection.ts';
import { type EventDecoder, UnreadableEventError } from '../envelope/decoder.ts';
import type { Envelope } from '../envelope/envelope.ts';
import type { Topology } from '../topology/topology.ts';

export interface ListenerOptions<Event extends Envelope> {
  readonly decode: EventDecoder<Event>;
  /** Called for every event, in the order of arrival. */
  readonly onEvent: (event: Event) => void;
  readonly topology: Topology;
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
export async function listenTo<Event extends Envelope>(
  amqpUrl: string,
  { decode, onEvent, topology, logger = createLogger('event-listener') }: ListenerOptions<Event>,
): Promise<EventListener> {
  const connection = await connectToBroker({ url: amqpUrl, name: 'event-listener', logger, topology });
  const hear = (content: Buffer) => {
    try {
      onEvent(decode(content));
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error;
      logger.warn({ err: error }, 'heard a message that is no known event');
    }
  };
  const { ready } = connection.recoverableChannel({
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
