import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../../platform/logging.ts';
import { close } from '../amqp/close.ts';
import { isNotFound } from '../amqp/scratch-channel.ts';
import type { BrokerConnection } from '../connection/connection.ts';
import { DeliveryWatch } from './delivery-watch.ts';

export interface SubscribeOptions {
  readonly connection: BrokerConnection;
  readonly channel: ConfirmChannel;
  readonly queue: string;
  readonly logger: Logger;
  readonly deliver: (message: ConsumeMessage) => void;
  /** Whether nothing that was delivered is in work. */
  readonly isIdle: () => boolean;
  /** How long nothing may come while messages wait, until it re-subscribes, in milliseconds. @default 15_000 */
  readonly stallTimeoutMilliseconds: number | undefined;
  /** Told when that was over. */
  readonly onStuck?: () => void;
}

/**
 * Subscribes to a queue. A subscription that the broker cancels, or delivers nothing to, ends with its channel, and the
 * next channel re-subscribes; a queue that was deleted is re-declared by a new connection.
 *
 * @returns the consumer tag
 */
export async function subscribe(options: SubscribeOptions): Promise<string> {
  const { connection, channel, queue, logger, deliver, isIdle, stallTimeoutMilliseconds, onStuck } = options;
  const stuck = () => {
    onStuck?.();
    void close(channel);
  };
  const watch = new DeliveryWatch({ channel, queue, stallTimeoutMilliseconds, logger, isIdle, stuck });
  try {
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) {
        watch.delivered();
        deliver(message);
      } else {
        logger.warn({ queue }, 'the broker cancelled the consumer');
        void close(channel);
      }
    });
    return consumerTag;
  } catch (error) {
    if (isNotFound(error)) connection.restart(`the queue ${queue} is missing`);
    throw error;
  }
}
