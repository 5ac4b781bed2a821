import type { ConfirmChannel, Message, Options } from 'amqplib';
import { BrokerUnavailableError, MessageRefusedError, UnroutableMessageError } from './broker-errors.ts';
import type { BrokerConnection } from './connection.ts';
import { cloudEventContentType, encodeEvent, type IntegrationEvent, typeOf } from './envelope.ts';
import type { KeptChannel } from './kept-channel.ts';
import type { Topology } from './topology.ts';

export interface OutgoingMessage {
  /** The empty text is the default exchange, whose routing keys are names of queues. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: Options.Publish & { readonly messageId: string };
}

export interface PublisherOptions {
  /** Messages on their way at the same time; 200 unless said otherwise. */
  readonly window?: number;
  /** Without any confirm for this long the connection is taken to be dead, in milliseconds; 5,000 unless said otherwise. */
  readonly confirmTimeoutMilliseconds?: number;
  /** How long one message may take with all its reconnections, in milliseconds; 15,000 unless said otherwise. */
  readonly timeoutMilliseconds?: number;
}

interface Entry {
  readonly message: OutgoingMessage;
  /** Settled by the broker's answer, or by the time that is over. */
  readonly done: Promise<void>;
  settle(error?: Error): void;
  settled: boolean;
  returned: boolean;
}

/** An event as the message that carries it. */
export function toMessage(event: IntegrationEvent, { exchanges }: Topology): OutgoingMessage {
  const type = typeOf(event.name);
  return {
    exchange: exchanges.events,
    routingKey: type,
    content: encodeEvent(event),
    properties: {
      messageId: event.id,
      type,
      correlationId: event.correlationId,
      timestamp: Math.floor(Date.parse(event.time) / 1000),
      appId: 'durable-checkout',
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
  #channel: ConfirmChannel | undefined;
  #waiting: Entry[] = [];
  #underWay = new Set<Entry>();
  #lastProgress = 0;
  readonly #watch: NodeJS.Timeout;

  /** Resolves when the first channel is open; before that, messages wait for it. */
  get ready(): Promise<void> {
    return this.#kept.ready;
  }

  constructor(connection: BrokerConnection, options: PublisherOptions = {}) {
    this.#connection = connection;
    this.#window = options.window ?? 200;
    this.#confirmTimeout = options.confirmTimeoutMilliseconds ?? 5_000;
    this.#timeout = options.timeoutMilliseconds ?? 15_000;
    this.#kept = connection.keepChannel({
      name: 'publisher',
      open: async (channel) => this.#opened(channel),
      closed: () => this.#closed(),
    });
    this.#watch = setInterval(() => this.#checkProgress(), this.#confirmTimeout / 4);
    this.#watch.unref();
  }

  /**
   * Publishes events in their order; resolves when the broker has confirmed all of them. May be repeated: the ids stay.
   *
   * @throws {BrokerUnavailableError} at once without a connection, else when the confirms stay away
   * @throws {MessageRefusedError} when a queue is full
   * @throws {UnroutableMessageError} when not even the queue for unrouted events takes it
   */
  async publish(events: readonly IntegrationEvent[]): Promise<void> {
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
    const { status, address } = this.#connection;
    if (status !== 'connected' && status !== 'blocked') {
      return Promise.reject(new BrokerUnavailableError(`RabbitMQ at ${address} cannot be reached`));
    }
    const entry = this.#createEntry(message);
    this.#waiting.push(entry);
    this.#pump();
    return entry.done;
  }

  /** Awaits what is under way, then closes the channel. */
  async close(): Promise<void> {
    while (this.#underWay.size + this.#waiting.length > 0 && this.#connection.status === 'connected') {
      await Promise.allSettled([...this.#underWay, ...this.#waiting].map(({ done }) => done));
    }
    clearInterval(this.#watch);
    await this.#kept.stop();
    const left = new BrokerUnavailableError('the publisher was closed');
    for (const entry of [...this.#underWay, ...this.#waiting]) entry.settle(left);
  }

  #createEntry(message: OutgoingMessage): Entry {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Entry = {
      message,
      done: promise,
      settled: false,
      returned: false,
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
    this.#channel = channel;
    this.#pump();
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
    } else entry.settle();
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
