import type { ChannelModel } from 'amqplib';
import { ConfigurationError } from '../../platform/configuration.ts';
import type { Logger } from '../../platform/logging.ts';
import { breakOff, close } from '../amqp/close.ts';
import { declareTopology, missingOf } from '../topology/declarations.ts';
import { TopologyMismatchError } from '../topology/mismatch.ts';
import type { Topology } from '../topology/topology.ts';
import { type DialOptions, dialBroker } from './dial.ts';
import { BrokerUnavailableError } from './errors.ts';
import { showConnection } from './metrics.ts';
import { type ChannelDefinition, RecoverableChannel } from './recoverable-channel.ts';
import { addressOf, explainMissingPermission, readBrokerUrl, userOf } from './refusal.ts';

export interface BrokerOptions extends DialOptions {
  readonly logger: Logger;
  readonly topology: Topology;
  /**
   * Whether it declares the topology whenever it connects; else it only checks that all of it is there, and waits for what is
   * missing as for a broker that is away.
   * @default true
   */
  readonly declares?: boolean | undefined;
  /**
   * Told when, after the first connection, only people can help: the topology differs, a permission was taken away, or
   * the broker refuses again and again. Nothing can be done but to end the process. Before that it is thrown.
   */
  readonly onFatal?: (error: ConfigurationError) => void;
}

/** `failed`: only people can help, and the connection has given up. */
export type BrokerStatus = 'connected' | 'blocked' | 'disconnected' | 'failed' | 'closed';

const connectionClosed = 'the broker closed the connection';
const firstDelay = 200;
const longestDelay = 5_000;
/** A broker that comes back may lack users and virtual hosts until it has read them. */
const mostRefusals = 5;

/**
 * Opens the one connection of a process and keeps it open: it reconnects with back-off, declares the topology or checks it each
 * time and reopens the channels that components keep on it. Returns after the first try, also when the broker is down.
 *
 * @throws {BrokerConfigurationError} when the address is wrong, or the login, the virtual host or a permission is refused
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
  #channels = new Set<RecoverableChannel>();
  #retry: NodeJS.Timeout | undefined;
  #delay = firstDelay;
  #refusals = 0;
  #hide = () => {};
  readonly #options: BrokerOptions;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.topology = options.topology;
    this.logger = options.logger;
  }

  get status(): BrokerStatus {
    return this.#status;
  }

  /** As whom it logs in; what is published over it names this user. */
  get user(): string {
    return userOf(readBrokerUrl(this.#options.url));
  }

  /** Where the broker is, without login. */
  get address(): string {
    return addressOf(readBrokerUrl(this.#options.url));
  }

  /** The first try. {@link connectToBroker} calls it. */
  async open(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      if (error instanceof ConfigurationError) throw error;
      this.#retryLater(error);
    }
    this.#hide = showConnection(this);
  }

  /**
   * Opens a channel that recovers: now or as soon as there is a connection, and again whenever it was closed.
   */
  recoverableChannel(definition: ChannelDefinition): RecoverableChannel {
    const channel = new RecoverableChannel(definition, this.logger, {
      stopped: () => this.#channels.delete(channel),
      refused: (error) => this.#channelRefused(error),
    });
    this.#channels.add(channel);
    if (this.#model) channel.connected(this.#model);
    return channel;
  }

  /** Breaks a connection that does not answer any more, and reconnects. */
  restart(reason: string): void {
    if (!this.#model) return;
    this.logger.warn({ reason }, 'the connection to the broker is broken off');
    breakOff(this.#model, new BrokerUnavailableError(reason));
  }

  /** Closes the connection for good; what components keep on it must be stopped before. */
  async close(): Promise<void> {
    if (this.#status === 'closed') return;
    this.#status = 'closed';
    this.#hide();
    clearTimeout(this.#retry);
    if (this.#model) await close(this.#model);
  }

  async #connect(): Promise<void> {
    const model = await dialBroker(this.#options);
    let isLost = false;
    model.once('close', () => {
      isLost = true;
    });
    try {
      await this.#prepare(model);
    } catch (error) {
      await close(model);
      throw explainMissingPermission(error) ?? error;
    }
    if (isLost) throw new BrokerUnavailableError(connectionClosed);
    if (this.#status === 'closed') return close(model);
    this.#adopt(model);
    this.#delay = firstDelay;
    this.#refusals = 0;
    this.logger.info({ broker: this.address }, 'connected to the broker');
    for (const channel of this.#channels) channel.connected(model);
  }

  async #prepare(model: ChannelModel): Promise<void> {
    if (this.#options.declares !== false) return declareTopology(model, this.topology);
    const missing = await missingOf(model, this.topology);
    if (missing === undefined) return;
    throw new BrokerUnavailableError(
      `the broker has no ${missing} yet: declare the topology, by \`npm run cli -- topology declare\``,
    );
  }

  #adopt(model: ChannelModel): void {
    this.#model = model;
    this.#status = 'connected';
    model.on('close', (error) => {
      this.#model = undefined;
      for (const channel of this.#channels) channel.disconnected();
      if (this.#status === 'closed' || this.#status === 'failed') return;
      this.#retryLater(error ?? new BrokerUnavailableError(connectionClosed));
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
        if (failure instanceof ConfigurationError) this.#refusals += 1;
        if (failure instanceof ConfigurationError && this.#isHopeless(failure)) this.#giveUp(failure);
        else this.#retryLater(failure);
      });
    }, delay);
  }

  #isHopeless(error: ConfigurationError): boolean {
    return error instanceof TopologyMismatchError || this.#refusals >= mostRefusals;
  }

  #channelRefused(error: unknown): void {
    const refusal = explainMissingPermission(error);
    if (refusal && this.#status !== 'closed') this.#giveUp(refusal);
  }

  #giveUp(error: ConfigurationError): void {
    if (this.#status === 'failed') return;
    this.#status = 'failed';
    clearTimeout(this.#retry);
    this.logger.fatal({ broker: this.address, reason: error.message }, 'the broker cannot be used');
    if (this.#model) void close(this.#model);
    this.#options.onFatal?.(error);
  }
}
