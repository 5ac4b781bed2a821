import type { ConfirmChannel } from 'amqplib';
import type { Logger } from '../../platform/logging.ts';

export interface DeliveryWatchOptions {
  readonly queue: string;
  /** How long nothing may come while messages wait: milliseconds; 15,000 unless said otherwise. */
  readonly patience: number | undefined;
  readonly logger: Logger;
  /** Whether nothing that was delivered is in work. */
  readonly isIdle: () => boolean;
  /** Told that messages wait and nobody is given them. */
  readonly stuck: () => void;
}

/**
 * Watches a subscription. A broker that has lost acknowledgements takes its consumer to be busy for ever and delivers nothing
 * more, without a sign of it: connection and channel are well. Only the queue tells, which does not empty.
 */
export class DeliveryWatch {
  readonly #options: DeliveryWatchOptions;
  #delivered = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DeliveryWatchOptions) {
    this.#options = options;
  }

  /** Counts a delivery. */
  delivered(): void {
    this.#delivered += 1;
  }

  begin(channel: ConfirmChannel): void {
    const { queue, patience = 15_000, logger, isIdle, stuck } = this.#options;
    let before: number | undefined;
    const look = async () => {
      const now = this.#delivered;
      const waiting = isIdle() ? (await channel.checkQueue(queue)).messageCount : 0;
      const isStuck = waiting > 0 && isIdle() && now === this.#delivered;
      if (isStuck && now === before) {
        logger.warn({ queue, waiting }, 'messages wait and the broker delivers none; subscribing anew');
        stuck();
      }
      before = isStuck ? now : undefined;
    };
    this.end();
    // A channel that has closed meanwhile is watched no more: the next subscription begins anew.
    this.#timer = setInterval(() => void look().catch(() => undefined), patience / 2);
    this.#timer.unref();
  }

  end(): void {
    clearInterval(this.#timer);
  }
}
