import type { MessageFields, MessageProperties } from 'amqplib';
import type { OutgoingMessage } from './outgoing-message.ts';

/** A message whose publisher waits for the confirm. */
export class PendingMessage {
  readonly message: OutgoingMessage;
  /** Settled by the broker's answer, or by the time that is over. */
  readonly done: Promise<void>;
  /** The broker has sent it back: no queue takes it. */
  returned = false;
  /** By `performance.now()`. */
  writtenAt = 0;
  #settled = false;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;

  /** @param overdue called when `timeout` milliseconds are over, to settle it */
  constructor(message: OutgoingMessage, timeout: number, overdue: (message: PendingMessage) => void) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.message = message;
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(() => overdue(this), timeout);
  }

  /** Whether the publisher has its result; after a timeout the broker's answer may still be missing. */
  get settled(): boolean {
    return this.#settled;
  }

  settle(error?: Error): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    if (error) this.#reject(error);
    else this.#resolve();
  }

  /** Whether it is this message that the broker sends back. */
  isSame(fields: Pick<MessageFields, 'exchange' | 'routingKey'>, { messageId }: MessageProperties): boolean {
    const { exchange, routingKey, properties } = this.message;
    return exchange === fields.exchange && routingKey === fields.routingKey && properties.messageId === messageId;
  }
}
