import type { ConfirmChannel } from 'amqplib';
import type { Logger } from '../../platform/logging.ts';

export interface DeliveryWatchOptions {
  readonly channel: ConfirmChannel;
  readonly queue: string;
  /** How long nothing may come while messages wait, in milliseconds. @default 15_000 */
  readonly stallTimeoutMilliseconds: number | undefined;
  readonly logger: Logger;
  /** Whether nothing that was delivered is in work. */
  readonly isIdle: () => boolean;
  /** Called when messages wait and none is delivered. */
  readonly stuck: () => void;
}

/**
 * Watches a subscription for as long as its channel is open. A broker that has lost acknowledgements takes its consumer to
 * be busy for ever and delivers nothing more, without a sign of it: connection and channel are well. Only the queue tells,
 * which does not empty.
 */
export class DeliveryWatch {
  readonly #options: DeliveryWatchOptions;
  #delivered = 0;
  /** How many deliveries there were when it looked stuck at the last look. */
  #stuckAt: number | undefined;

  constructor(options: DeliveryWatchOptions) {
    const { stallTimeoutMilliseconds = 15_000 } = options;
    this.#options = options;
    // A look that fails finds the channel closed, and the next subscription has a watch of its own.
    const timer = setInterval(() => void this.#look().catch(() => clearInterval(timer)), stallTimeoutMilliseconds / 2);
    timer.unref();
  }

  /** Counts a delivery. */
  delivered(): void {
    this.#delivered += 1;
  }

  async #look(): Promise<void> {
    const { channel, queue, logger, isIdle, stuck } = this.#options;
    const now = this.#delivered;
    const waiting = isIdle() ? (await channel.checkQueue(queue)).messageCount : 0;
    const isStuck = waiting > 0 && isIdle() && now === this.#delivered;
    if (isStuck && now === this.#stuckAt) {
      logger.warn({ queue, waiting }, 'messages wait and the broker delivers none; re-subscribing');
      stuck();
    }
    this.#stuckAt = isStuck ? now : undefined;
  }
}
