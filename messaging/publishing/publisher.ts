import type { ConfirmChannel, Message } from 'amqplib';
import type { BrokerConnection } from '../connection/connection.ts';
import {
  BrokerUnavailableError,
  MessageRefusedError,
  MessageTooLargeError,
  UnroutableMessageError,
} from '../connection/errors.ts';
import type { RecoverableChannel } from '../connection/recoverable-channel.ts';
import type { Envelope } from '../envelope/envelope.ts';
import type { Topology } from '../topology/topology.ts';
import { countConfirm, renewedChannels, windowInUse } from './metrics.ts';
import { type OutgoingMessage, toMessage } from './outgoing-message.ts';
import { PendingMessage } from './pending-message.ts';
import { RefusalWatch } from './refusal-watch.ts';
import { openPublication } from './traces.ts';

export interface PublisherOptions {
  /** Messages in flight at the same time. @default 200 */
  readonly window?: number;
  /**
   * Without any answer for this long the connection is taken to be dead, and with nothing but refusals the channel; in
   * milliseconds.
   * @default 5_000
   */
  readonly confirmTimeoutMilliseconds?: number;
  /** How long one message may take with all its reconnections, in milliseconds. @default 15_000 */
  readonly timeoutMilliseconds?: number;
  /**
   * The largest body in bytes. A broker that takes less says so when it refuses a message.
   * @default 16 MiB, the limit of RabbitMQ 4
   */
  readonly largestMessage?: number;
}

/**
 * Publishes with confirms: always persistent, mandatory and under its user, which the broker verifies; a bounded window of messages on their way, and sent again
 * only after their channel has died. So a message can arrive twice, with the same id, but is never lost once confirmed.
 */
export class Publisher {
  readonly #connection: BrokerConnection;
  readonly #recoverable: RecoverableChannel;
  readonly #window: number;
  readonly #confirmTimeout: number;
  readonly #timeout: number;
  readonly #refusals: RefusalWatch;
  #largestMessage: number;
  #channel: ConfirmChannel | undefined;
  #waiting: PendingMessage[] = [];
  #inFlight = new Set<PendingMessage>();
  #lastProgress = 0;
  /** The channel is of no use any more and is closed as soon as nothing is in flight on it. */
  #isWornOut = false;
  readonly #watch: NodeJS.Timeout;
  readonly #hideWindow: () => void;

  /** Resolves when the first channel is open; before that, messages wait for it. */
  get ready(): Promise<void> {
    return this.#recoverable.ready;
  }

  get topology(): Topology {
    return this.#connection.topology;
  }

  /** Whom its messages name as their publisher. */
  get user(): string {
    return this.#connection.user;
  }

  constructor(connection: BrokerConnection, options: PublisherOptions = {}) {
    this.#connection = connection;
    this.#window = options.window ?? 200;
    this.#confirmTimeout = options.confirmTimeoutMilliseconds ?? 5_000;
    this.#refusals = new RefusalWatch(this.#confirmTimeout);
    this.#timeout = options.timeoutMilliseconds ?? 15_000;
    this.#largestMessage = options.largestMessage ?? 16 * 1024 * 1024;
    this.#recoverable = connection.recoverableChannel({
      name: 'publisher',
      open: async (channel) => this.#opened(channel),
      closed: () => this.#closed(),
    });
    this.#watch = setInterval(() => this.#checkProgress(), this.#confirmTimeout / 4);
    this.#watch.unref();
    this.#hideWindow = windowInUse.show({}, () => this.#inFlight.size);
  }

  /**
   * Publishes events in their order; resolves when the broker has confirmed all of them. May be repeated: the ids stay.
   *
   * @throws {BrokerUnavailableError} at once without a connection, else when the confirms stay away
   * @throws {MessageRefusedError} when a queue is full
   * @throws {MessageTooLargeError} at once; the message is not sent
   * @throws {UnroutableMessageError} when not even the queue for unrouted events takes it
   */
  async publish(events: readonly Envelope[]): Promise<void> {
    await this.sendAll(events.map((event) => toMessage(event, this.#connection.topology)));
  }

  /** Sends messages as {@link publish} does. */
  async sendAll(messages: readonly OutgoingMessage[]): Promise<void> {
    const results = await Promise.allSettled(messages.map((message) => this.send(message)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Sends one message as {@link publish} does. */
  send(message: OutgoingMessage): Promise<void> {
    const size = message.content.length;
    if (size > this.#largestMessage) {
      return Promise.reject(new MessageTooLargeError(message.routingKey, size, this.#largestMessage));
    }
    const { status, address } = this.#connection;
    if (status !== 'connected' && status !== 'blocked') {
      return Promise.reject(new BrokerUnavailableError(`RabbitMQ at ${address} cannot be reached`));
    }
    const publication = openPublication(message);
    const entry = new PendingMessage(publication?.message ?? message, this.#timeout, (overdue) =>
      this.#giveUp(overdue),
    );
    publication?.endWith(entry.done);
    this.#waiting.push(entry);
    this.#pump();
    return entry.done;
  }

  /** Awaits what is in flight, then closes the channel. */
  async close(): Promise<void> {
    for (let open = this.#open(); open.length > 0 && this.#connection.status === 'connected'; open = this.#open()) {
      await Promise.allSettled(open.map(({ done }) => done));
    }
    clearInterval(this.#watch);
    this.#hideWindow();
    await this.#recoverable.stop();
    const left = new BrokerUnavailableError('the publisher was closed');
    for (const entry of [...this.#inFlight, ...this.#waiting]) entry.settle(left);
  }

  /** What has no result yet. */
  #open(): PendingMessage[] {
    return [...this.#inFlight, ...this.#waiting].filter(({ settled }) => !settled);
  }

  #giveUp(entry: PendingMessage): void {
    const { status, address } = this.#connection;
    const state = status === 'blocked' ? 'takes no messages for now' : 'did not confirm in time';
    entry.settle(new BrokerUnavailableError(`RabbitMQ at ${address} ${state}`));
    // The oldest come first. A broker may take nothing for hours, while callers try again and again.
    while (this.#waiting[0]?.settled) this.#waiting.shift();
  }

  #opened(channel: ConfirmChannel): void {
    channel.on('return', (message) => this.#returned(message));
    channel.on('error', (error) => this.#refused(error));
    this.#channel = channel;
    this.#pump();
  }

  /** A broker that finds a message too large closes the channel, for all that are in flight and as often as it comes. */
  #refused({ message: reason }: Error): void {
    const told = /larger than (?:configured )?max size (\d+)/.exec(reason)?.[1];
    if (told === undefined) return;
    this.#largestMessage = Number(told);
    for (const entry of [...this.#inFlight, ...this.#waiting]) {
      const { content, routingKey } = entry.message;
      const [size, limit] = [content.length, this.#largestMessage];
      if (size > limit) entry.settle(new MessageTooLargeError(routingKey, size, limit));
    }
  }

  #closed(): void {
    this.#channel = undefined;
    this.#isWornOut = false;
    this.#refusals.forget();
    this.#waiting = [...this.#inFlight, ...this.#waiting];
    this.#inFlight = new Set();
  }

  #pump(): void {
    if (this.#isWornOut) {
      this.#renewChannel();
      return;
    }
    while (this.#channel && this.#inFlight.size < this.#window) {
      const entry = this.#waiting.shift();
      if (!entry) return;
      if (!entry.settled) this.#write(this.#channel, entry);
    }
  }

  /** Nothing is sent twice for it: what is in flight is awaited. */
  #renewChannel(): void {
    if (!this.#channel || this.#inFlight.size > 0) return;
    this.#channel = undefined;
    renewedChannels().inc();
    this.#recoverable.restart();
  }

  #write(channel: ConfirmChannel, entry: PendingMessage): void {
    const { exchange, routingKey, content, properties } = entry.message;
    if (this.#inFlight.size === 0) this.#lastProgress = Date.now();
    entry.returned = false;
    entry.writtenAt = performance.now();
    this.#inFlight.add(entry);
    try {
      const options = { ...properties, userId: this.user, persistent: true, mandatory: true };
      channel.publish(exchange, routingKey, content, options, (error) => this.#answered(channel, entry, error));
    } catch (error) {
      // The channel is closing: its close event puts the message back. Anything else is a message that cannot be encoded.
      if (error instanceof TypeError || error instanceof RangeError) {
        this.#inFlight.delete(entry);
        entry.settle(error);
      }
    }
  }

  #answered(channel: ConfirmChannel, entry: PendingMessage, error: Error | null): void {
    // A dead channel answers with an error for each message; they are sent again on the next one.
    if (channel !== this.#channel || error?.message === 'channel closed') return;
    this.#lastProgress = Date.now();
    this.#inFlight.delete(entry);
    const { exchange, routingKey } = entry.message;
    if (error) {
      this.#refusals.refused(entry.message);
      entry.settle(new MessageRefusedError(`RabbitMQ refused ${routingKey}: a queue is full or not available`));
    } else if (entry.returned) {
      entry.settle(new UnroutableMessageError(`no queue takes ${routingKey} from exchange '${exchange}'`));
    } else {
      this.#refusals.confirmed(entry.message);
      countConfirm(entry.message, this.#connection.topology, entry.writtenAt);
      entry.settle();
    }
    this.#pump();
  }

  /** The return of a message comes before its confirm. */
  #returned({ fields, properties }: Message): void {
    for (const entry of this.#inFlight) {
      if (entry.isSame(fields, properties)) entry.returned = true;
    }
  }

  #checkProgress(): void {
    // A broker that takes nothing for now says so, and is not taken to be dead.
    if (this.#connection.status !== 'connected') this.#lastProgress = Date.now();
    else if (this.#refusals.isStuck && !this.#isWornOut) {
      this.#connection.logger.warn('the broker refuses messages all the time; going on with a new channel');
      this.#isWornOut = true;
      this.#pump();
    }
    if (this.#inFlight.size === 0) return;
    if (Date.now() - this.#lastProgress < this.#confirmTimeout) return;
    this.#connection.restart(`no confirm for ${this.#confirmTimeout} ms`);
  }
}
