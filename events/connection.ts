import amqp, { type ChannelModel } from 'amqplib';
import type { Logger } from '../platform/logging.ts';
import { BrokerConfigurationError, BrokerUnavailableError, permanentError } from './broker-errors.ts';
import { type ChannelDefinition, KeptChannel } from './kept-channel.ts';
import { declareTopology, standardTopology, type Topology, TopologyMismatchError } from './topology.ts';

export interface BrokerOptions {
  /** `amqp://user:password@host:port/vhost`, or `amqps`. */
  readonly url: string;
  /** Names the connection in the broker's management pages. */
  readonly name: string;
  readonly logger: Logger;
  readonly topology?: Topology;
  /**
   * Told when a later reconnection finds the topology changed: nothing can be done but to end the process. Before that
   * it is thrown.
   */
  readonly onFatal?: (error: TopologyMismatchError) => void;
}

/** `failed`: the topology differs and the connection has given up. */
export type BrokerStatus = 'connected' | 'blocked' | 'disconnected' | 'failed' | 'closed';

const connectTimeout = 5_000;
const heartbeatSeconds = 10;
const firstDelay = 200;
const longestDelay = 5_000;

/**
 * Opens the one connection of a process and keeps it open: it reconnects with back-off, declares the topology each time
 * and opens the channels anew that components keep on it. Returns after the first try, also when the broker is down.
 *
 * @throws {BrokerConfigurationError} when the address is wrong or the login is refused
 * @throws {TopologyMismatchError} when the broker has a queue with other arguments
 */
export async function connectToBroker(options: BrokerOptions): Promise<BrokerConnection> {
  const connection = new BrokerConnection(options);
  await connection.open();
  return connection;
}

export class BrokerConnection {
  readonly topology: Topology;
  readonly logger: Logger;
  #status: BrokerStatus = 'disconnected';
  #model: ChannelModel | undefined;
  #channels = new Set<KeptChannel>();
  #retry: NodeJS.Timeout | undefined;
  #delay = firstDelay;
  readonly #options: BrokerOptions;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.topology = options.topology ?? standardTopology;
    this.logger = options.logger;
  }

  get status(): BrokerStatus {
    return this.#status;
  }

  /** Where the broker is, without login. */
  get address(): string {
    return addressOf(this.#options.url);
  }

  /** The first try. {@link connectToBroker} calls it. */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      if (error instanceof BrokerConfigurationError || error instanceof TopologyMismatchError) throw error;
      this.#retryLater(error);
    }
  }

  /**
   * Keeps a channel open: opens it now or as soon as there is a connection, and again whenever it was closed.
   */
  keepChannel(definition: ChannelDefinition): KeptChannel {
    const channel = new KeptChannel(definition, this.logger, () => this.#channels.delete(channel));
    this.#channels.add(channel);
    if (this.#model) channel.connected(this.#model);
    return channel;
  }

  /** Breaks a connection that does not answer any more, and connects anew. */
  restart(reason: string): void {
    if (!this.#model) return;
    this.logger.warn({ reason }, 'the connection to the broker is broken off');
    breakOff(this.#model, reason);
  }

  /** Closes the connection for good; what components keep on it must be stopped before. */
  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    this.#status = 'closed';
    clearTimeout(this.#retry);
    const model = this.#model;
    if (!model) return;
    const overdue = setTimeout(() => breakOff(model, 'the broker did not answer the close'), connectTimeout);
    await model.close().catch(() => undefined);
    clearTimeout(overdue);
  }

  async #connect(): Promise<void> {
    const model = await connect(this.#options);
    try {
      await declareTopology(model, this.topology);
    } catch (error) {
      await model.close().catch(() => undefined);
      throw error;
    }
    if (this.#status === 'closed') return void model.close().catch(() => undefined);
    this.#adopt(model);
    this.#delay = firstDelay;
    this.logger.info({ broker: this.address }, 'connected to the broker');
    for (const channel of this.#channels) channel.connected(model);
  }

  #adopt(model: ChannelModel): void {
    this.#model = model;
    this.#status = 'connected';
    model.on('close', (error) => {
      this.#model = undefined;
      if (this.#status === 'closed') return;
      this.#retryLater(error ?? new BrokerUnavailableError('the broker closed the connection'));
    });
    model.on('blocked', (reason) => {
      this.#status = 'blocked';
      this.logger.warn({ reason }, 'the broker takes no messages for now');
    });
    model.on('unblocked', () => {
      this.#status = 'connected';
      this.logger.info('the broker takes messages again');
    });
  }

  #retryLater(error: unknown): void {
    this.#status = 'disconnected';
    // A little chance in the delay keeps the processes from coming back all at once.
    const delay = this.#delay * (0.75 + Math.random() / 2);
    this.#delay = Math.min(this.#delay * 2, longestDelay);
    this.logger.warn(
      {
        broker: this.address,
        reason: error instanceof Error ? error.message : String(error),
        inMilliseconds: Math.round(delay),
      },
      'not connected to the broker; trying again',
    );
    this.#retry = setTimeout(() => {
      this.#connect().catch((failure: unknown) => {
        if (this.#status === 'closed') return;
        if (!(failure instanceof TopologyMismatchError)) return this.#retryLater(failure);
        this.#status = 'failed';
        this.logger.fatal({ err: failure }, 'the topology on the broker has changed');
        this.#options.onFatal?.(failure);
      });
    }, delay);
  }
}

async function connect({ url, name }: BrokerOptions): Promise<ChannelModel> {
  const address = withHeartbeat(url);
  try {
    const model = await amqp.connect(address, {
      noDelay: true,
      timeout: connectTimeout,
      clientProperties: { connection_name: name },
    });
    // Every error is followed by `close`, which is acted upon; unheard, it would end the process.
    model.on('error', () => undefined);
    return model;
  } catch (error) {
    throw permanentError(error, addressOf(url)) ?? error;
  }
}

function withHeartbeat(url: string): string {
  if (!URL.canParse(url) || !/^amqps?:$/.test(new URL(url).protocol)) {
    throw new BrokerConfigurationError(`AMQP_URL is wrong: use amqp://user:password@host:port, or amqps`);
  }
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeatSeconds));
  return address.href;
}

function addressOf(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** A close needs the broker's answer; where none comes, only the socket can be taken away. */
function breakOff(model: ChannelModel, reason: string): void {
  const { stream } = model.connection as unknown as { stream: NodeJS.WritableStream & { destroy(error: Error): void } };
  stream.destroy(new BrokerUnavailableError(reason));
}
