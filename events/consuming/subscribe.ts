import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../../platform/logging.ts';
import { close } from '../amqp/close.ts';
import { isNotFound } from '../amqp/scratch-channel.ts';
import type { BrokerConnection } from '../connection/connection.ts';

export interface SubscribeOptions {
  readonly connection: BrokerConnection;
  readonly channel: ConfirmChannel;
  readonly queue: string;
  readonly logger: Logger;
  readonly deliver: (message: ConsumeMessage) => void;
}

/**
 * Subscribes to a queue. A subscription that the broker cancels ends with its channel, and the next channel subscribes
 * anew; a queue that somebody has removed is declared again by a new connection.
 *
 * @returns the consumer tag
 */
export async function subscribe({ connection, channel, queue, logger, deliver }: SubscribeOptions): Promise<string> {
  try {
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message) return deliver(message);
      logger.warn({ queue }, 'the broker cancelled the consumer');
      void close(channel);
    });
    return consumerTag;
  } catch (error) {
    if (isNotFound(error)) connection.restart(`the queue ${queue} is missing`);
    throw error;
  }
}
