import type { OutgoingMessage } from './outgoing-message.ts';

/**
 * Watches what the broker refuses. A channel remembers that a queue takes nothing until the queue tells it otherwise; where
 * that news is lost with the node that led the queue, it refuses for ever, and only a new channel asks the queue again
 * (RabbitMQ, `queue_status` in rabbit_fifo_client.erl).
 */
export class RefusalWatch {
  readonly #stallTimeoutMilliseconds: number;
  /** When the refusals began, by what they have in common: a channel may refuse for one queue and confirm for others. */
  readonly #since = new Map<string, number>();

  /** @param stallTimeoutMilliseconds how long nothing but refusals may come, in milliseconds */
  constructor(stallTimeoutMilliseconds: number) {
    this.#stallTimeoutMilliseconds = stallTimeoutMilliseconds;
  }

  /** Whether some message has been refused for so long, and was never confirmed in between. */
  get isStuck(): boolean {
    const latest = Date.now() - this.#stallTimeoutMilliseconds;
    return [...this.#since.values()].some((since) => since <= latest);
  }

  refused(message: OutgoingMessage): void {
    const kind = kindOf(message);
    if (!this.#since.has(kind)) this.#since.set(kind, Date.now());
  }

  confirmed(message: OutgoingMessage): void {
    if (this.#since.size > 0) this.#since.delete(kindOf(message));
  }

  /** A new channel knows nothing of the refusals of the old one. */
  forget(): void {
    this.#since.clear();
  }
}

function kindOf({ exchange, routingKey }: OutgoingMessage): string {
  return `${exchange} ${routingKey}`;
}
