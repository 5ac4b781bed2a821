import { type EventListener, type ListenerOptions, listenTo } from '../messaging/consuming/listener.ts';
import { decodeEvent, type IntegrationEvent } from './integration-event.ts';
import { standardTopology } from './standard-topology.ts';

type Options = Omit<ListenerOptions<IntegrationEvent>, 'decode' | 'topology'> &
  Partial<Pick<ListenerOptions<IntegrationEvent>, 'topology'>>;

/**
 * Listens to all integration events of this system, as {@link listenTo} does.
 *
 * @throws {BrokerConfigurationError} when the address is wrong or the login is refused
 */
export const listenForEvents = (amqpUrl: string, options: Options): Promise<EventListener> =>
  listenTo(amqpUrl, { decode: decodeEvent, topology: standardTopology, ...options });
