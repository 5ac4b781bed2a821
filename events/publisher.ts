import type { ConfirmChannel, Message } from 'amqplib';
import {
  BrokerUnavailableError,
  MessageRefusedError,
  MessageTooLargeError,
  UnroutableMessageError,
} from './broker-errors.ts';
import type { BrokerConnection } from './connection.ts';
import { cloudEventContentType, type Envelope, encodeEventOf } from './event.ts';
import type { KeptChannel } from './kept-channel.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { openPublication } from './publication-traces.ts';
import { countConfirm, windowInUse } from './publisher-metrics.ts';
import { exchangeOf, type Topology } from './topology.ts';

export interface PublisherOptions {
  /** Messages on their way at the same time; 200 unless said otherwise. */
  readonly window?: number;
  /** Without any confirm for this long the connection is taken to be dead, in milliseconds; 5,000 unless said otherwise. */
  readonly confirmTimeoutMilliseconds?: number;
  /** How long one message may take with all its reconnections, in milliseconds; 15,000 unless said otherwise. */
  readonly timeoutMilliseconds?: number;
  /**
   * The largest body in bytes; 16 MiB unless said otherwise, the limit of RabbitMQ 4. A broker that takes less tells it
   * when it refuses a message.
   */
  readonly largestMessage?: number;
}

interface Entry {
  readonly message: OutgoingMessage;
  /** Settled by the broker's answer, or by the time that is over. */
  readonly done: Promise<void>;
  settle(error?: Error): void;
  settled: boolean;
  returned: boolean;
  /** By `performance.now()`. */
  writtenAt: number;
}

/** An event as the message that carries it. */
export function toMessage(event: Envelope, topology: Topology): OutgoingMessage {
  return {
    exchange: exchangeOf(topology, event.type),
    routingKey: event.type,
    content: encodeEventOf(topology.system, event),
    properties: {
      messageId: event.id,
      type: event.type,
      correlationId: event.correlationId,
      timestamp: Math.floor(Date.parse(event.time) / 1000),
      appId: topology.system,
      contentType: cloudEventContentType,
      headers: event.traceparent ? { traceparent: event.traceparent } : {},
    },
  };
}

/**
 * Publishes with confirms: always persistent and mandatory, a bounded window of messages on their way, and sent again
 * only after their channel has died. So a message can arrive twice, with the same id, but is never lost once confirmed.
 */
export class Publisher {
  readonly #connection: BrokerConnection;
  readonly #kept: KeptChannel;
  readonly #window: number;
  readonly #confirmTimeout: number;
  readonly #timeout: number;
  #largestMessage: number;
  #channel: ConfirmChannel | undefined;
  #waiting: Entry[] = [];
  #underWay = new Set<Entry>();
  #lastProgress = 0;
  readonly #watch: NodeJS.Timeout;
  readonly #hideWindow: () => void;

  /** Resolves when the first channel is open; before that, messages wait for it. */
  get ready(): Promise<void> {
    return this.#kept.ready;
  }

  constructor(connection: BrokerConnection, options: PublisherOptions = {}) {
    this.#connection = connection;
    this.#window = options.window ?? 200;
    this.#confirmTimeout = options.confirmTimeoutMilliseconds ?? 5_000;
    this.#timeout = options.timeoutMilliseconds ?? 15_000;
    this.#largestMessage = options.largestMessage ?? 16 * 1024 * 1024;
    this.#kept = connection.keepChannel({
      name: 'publisher',
      open: async (channel) => this.#opened(channel),
      closed: () => this.#closed(),
    });
    this.#watch = setInterval(() => this.#checkProgress(), this.#confirmTimeout / 4);
    this.#watch.unref();
    this.#hideWindow = windowInUse.show({}, () => this.#underWay.size);
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
    const entry = this.#createEntry(publication?.message ?? message);
    publication?.endWith(entry.done);
    this.#waiting.push(entry);
    this.#pump();
    return entry.done;
  }

  /** Awaits what is under way, then closes the channel. */
  async close(): Promise<void> {
    for (let open = this.#open(); open.length > 0 && this.#connection.status === 'connected'; open = this.#open()) {
      await Promise.allSettled(open.map(({ done }) => done));
    }
    clearInterval(this.#watch);
    this.#hideWindow();
    await this.#kept.stop();
    const left = new BrokerUnavailableError('the publisher was closed');
    for (const entry of [...this.#underWay, ...this.#waiting]) entry.settle(left);
  }

  /** What nobody has been told about yet; an entry whose time is over may still be without the broker's answer. */
  #open(): Entry[] {
    return [...this.#underWay, ...this.#waiting].filter(({ settled }) => !settled);
  }

  #createEntry(message: OutgoingMessage): Entry {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Entry = {
      message,
      done: promise,
      settled: false,
      returned: false,
      writtenAt: 0,
      settle(error) {
        entry.settled = true;
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      },
    };
    const timer = setTimeout(() => {
      const { status, address } = this.#connection;
      const state = status === 'blocked' ? 'takes no messages for now' : 'did not confirm in time';
      entry.settle(new BrokerUnavailableError(`RabbitMQ at ${address} ${state}`));
    }, this.#timeout);
    return entry;
  }

  #opened(channel: ConfirmChannel): void {
    channel.on('return', (message) => this.#returned(message));
    channel.on('error', (error) => this.#refused(error));
    this.#channel = channel;
    this.#pump();
  }

  /** A broker that finds a message too large closes the channel, for all that are under way and as often as it comes. */
  #refused({ message: reason }: Error): void {
    const limit = /larger than (?:configured )?max size (\d+)/.exec(reason)?.[1];
    if (limit === undefined) return;
    this.#largestMessage = Number(limit);
    for (const { message, settle } of [...this.#underWay, ...this.#waiting]) {
      const size = message.content.length;
      if (size > this.#largestMessage) settle(new MessageTooLargeError(message.routingKey, size, this.#largestMessage));
    }
  }

  #closed(): void {
    this.#channel = undefined;
    this.#waiting = [...this.#underWay, ...this.#waiting];
    this.#underWay = new Set();
  }

  #pump(): void {
    while (this.#channel && this.#underWay.size < this.#window) {
      const entry = this.#waiting.shift();
      if (!entry) return;
      if (!entry.settled) this.#write(this.#channel, entry);
    }
  }

  #write(channel: ConfirmChannel, entry: Entry): void {
    const { exchange, routingKey, content, properties } = entry.message;
    if (this.#underWay.size === 0) this.#lastProgress = Date.now();
    entry.returned = false;
    entry.writtenAt = performance.now();
    this.#underWay.add(entry);
    try {
      const options = { ...properties, persistent: true, mandatory: true };
      channel.publish(exchange, routingKey, content, options, (error) => this.#answered(channel, entry, error));
    } catch (error) {
      // The channel is closing: its close event puts the message back. Anything else is a message that cannot be encoded.
      if (error instanceof TypeError || error instanceof RangeError) {
        this.#underWay.delete(entry);
        entry.settle(error);
      }
    }
  }

  #answered(channel: ConfirmChannel, entry: Entry, error: Error | null): void {
    // A dead channel answers with an error for each message; they are sent again on the next one.
    if (channel !== this.#channel || error?.message === 'channel closed') return;
    this.#lastProgress = Date.now();
    this.#underWay.delete(entry);
    const { exchange, routingKey } = entry.message;
    if (error)
      entry.settle(new MessageRefusedError(`RabbitMQ refused ${routingKey}: a queue is full or not available`));
    else if (entry.returned) {
      entry.settle(new UnroutableMessageError(`no queue takes ${routingKey} from exchange '${exchange}'`));
    } else {
      countConfirm(entry.message, this.#connection.topology, entry.writtenAt);
      entry.settle();
    }
    this.#pump();
  }

  /** The return of a message comes before its confirm. */
  #returned({ fields, properties }: Message): void {
    for (const entry of this.#underWay) {
      const { exchange, routingKey } = entry.message;
      const same = exchange === fields.exchange && routingKey === fields.routingKey;
      if (same && entry.message.properties.messageId === properties.messageId) entry.returned = true;
    }
  }

  #checkProgress(): void {
    // A broker that takes nothing for now says so, and is not taken to be dead.
    if (this.#connection.status !== 'connected') this.#lastProgress = Date.now();
    if (this.#underWay.size === 0) return;
    if (Date.now() - this.#lastProgress < this.#confirmTimeout) return;
    this.#connection.restart(`no confirm for ${this.#confirmTimeout} ms`);
  }
}
