import amqp, { type ChannelModel } from 'amqplib';
import { writeInPackets } from '../amqp/packets.ts';
import { tolerateUnreadableHeaders } from '../amqp/unreadable-headers.ts';
import { explainConnectFailure, readBrokerUrl, userOf } from './refusal.ts';

export interface DialOptions {
  /** `amqp://user:password@host:port/vhost`, or `amqps`. */
  readonly url: string;
  /** Names the connection in the broker's management pages. */
  readonly name: string;
}

const users = new WeakMap<ChannelModel, string>();

/** As whom a connection was opened, where {@link dialBroker} has opened it. */
export const dialledAs = (model: ChannelModel): string | undefined => users.get(model);

const connectTimeout = 5_000;
const heartbeatSeconds = 10;

/**
 * Opens one connection, which is not reopened when it breaks.
 *
 * @throws {BrokerConfigurationError} when the address is wrong, or the login or the virtual host is refused
 * @throws {BrokerUnavailableError} when the broker cannot be reached now
 */
export async function dialBroker({ url, name }: DialOptions): Promise<ChannelModel> {
  const address = readBrokerUrl(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeatSeconds));
  try {
    const model = await amqp.connect(address.href, {
      noDelay: true,
      timeout: connectTimeout,
      clientProperties: { connection_name: name },
    });
    tolerateUnreadableHeaders(model);
    writeInPackets(model);
    users.set(model, userOf(address));
    // Every error is followed by `close`, which is acted upon; unheard, it would end the process.
    model.on('error', () => undefined);
    return model;
  } catch (error) {
    throw await explainConnectFailure(error, address);
  }
}
