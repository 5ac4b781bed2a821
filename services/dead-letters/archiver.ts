import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Kysely } from 'kysely';
import type { BrokerConnection } from '../../messaging/connection/connection.ts';
import type { RecoverableChannel } from '../../messaging/connection/recoverable-channel.ts';
import { acknowledge, type Delivery, idsOf, Session } from '../../messaging/consuming/delivery.ts';
import { subscribe } from '../../messaging/consuming/subscribe.ts';
import type { QueueTopology } from '../../messaging/topology/topology.ts';
import type { Logger } from '../../platform/logging.ts';
import { archivedMessage } from './archived-message.ts';
import { archive, type DeadLettersTables } from './store.ts';

export interface ArchiverOptions {
  readonly connection: BrokerConnection;
  readonly database: Kysely<DeadLettersTables>;
  readonly logger: Logger;
  /** How long nothing may come while messages wait, until it re-subscribes, in milliseconds. @default 15_000 */
  readonly stallTimeoutMilliseconds?: number;
}

/** Messages of one queue that are archived at the same time. */
const prefetch = 8;
const firstPause = 100;
const longestPause = 5_000;

/**
 * Moves what comes into the dead-letter queues of the topology to the database: each message is committed, then
 * acknowledged. While the database is away the messages stay where they are.
 */
export class DeadLetterArchiver {
  /** Resolves when all dead-letter queues are consumed for the first time. */
  readonly ready: Promise<void>;
  readonly #options: ArchiverOptions;
  readonly #recoverable: RecoverableChannel;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #session: Session | undefined;

  constructor(options: ArchiverOptions) {
    this.#options = options;
    this.#recoverable = options.connection.recoverableChannel({
      name: 'dead-letter archiver',
      open: (channel) => this.#subscribe(channel),
      closed: () => {
        if (this.#session) this.#session.open = false;
      },
    });
    this.ready = this.#recoverable.ready;
  }

  /** Finishes the messages that are being stored, then closes the channel. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#inFlight);
    await this.#recoverable.stop();
  }

  async #subscribe(channel: ConfirmChannel): Promise<void> {
    const { connection, logger, stallTimeoutMilliseconds } = this.#options;
    const isIdle = () => this.#inFlight.size === 0;
    const session = new Session(channel);
    this.#session = session;
    await channel.prefetch(prefetch);
    for (const queue of connection.topology.queues) {
      const deliver = (message: ConsumeMessage) => this.#delivered(session.deliver(message), queue);
      await subscribe({ connection, channel, queue: queue.dead, logger, deliver, isIdle, stallTimeoutMilliseconds });
    }
    logger.info({ queues: connection.topology.queues.map(({ dead }) => dead) }, 'archiving dead letters');
  }

  #delivered(delivery: Delivery, queue: QueueTopology): void {
    if (this.#stopping.signal.aborted) return;
    const work = this.#archive(delivery, queue).finally(() => this.#inFlight.delete(work));
    this.#inFlight.add(work);
  }

  /** Tries until the message is stored: nothing else may be done with it, and nothing is lost meanwhile. */
  async #archive(delivery: Delivery, queue: QueueTopology): Promise<void> {
    const { database, logger } = this.#options;
    const { signal } = this.#stopping;
    for (let pause = firstPause; delivery.session.open; pause = Math.min(pause * 2, longestPause)) {
      try {
        const message = archivedMessage(delivery.message, queue.work);
        await archive(database, message);
        const { messageId, subject, type, deadReason } = message;
        logger.info({ queue: queue.work, messageId, subject, type, deadReason }, 'a dead letter was archived');
        return acknowledge([delivery]);
      } catch (error) {
        if (signal.aborted) return;
        logger.error(
          { err: error, ...idsOf(delivery), queue: queue.dead },
          'a dead letter could not be archived; it is tried again',
        );
        await delay(pause, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
