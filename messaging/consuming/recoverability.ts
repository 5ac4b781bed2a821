import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../platform/logging.ts';
import { MessageTooLargeError } from '../connection/errors.ts';
import { firstPublisher, onBehalfOf } from '../publishing/first-publisher.ts';
import type { OutgoingMessage } from '../publishing/outgoing-message.ts';
import type { Publisher } from '../publishing/publisher.ts';
import type { QueueTopology, Topology } from '../topology/topology.ts';
import { UnsubscribedEventError } from './definition.ts';
import { acknowledge, type Delivery, idsOf, type ReadableDelivery, reject } from './delivery.ts';
import { type DeadReason, toDeadLetter, toRetry } from './failed-message.ts';
import { isConflict } from './handler-failures.ts';
import type { ConsumerMetrics } from './metrics.ts';

export interface RecoverabilityOptions {
  /** Takes failed messages to their retry tier or dead-letter queue. */
  readonly publisher: Pick<Publisher, 'send'>;
  readonly topology: Topology;
  readonly queue: QueueTopology;
  /** The users whose word counts on who published a message that they send on. */
  readonly believed: readonly string[];
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
}

const rejectPause = 1_000;

/** What becomes of a delivery that could not be handled: it waits in a retry tier, or it is parked. */
export class Recoverability {
  readonly #options: RecoverabilityOptions;

  constructor(options: RecoverabilityOptions) {
    this.#options = options;
  }

  /** Sends a delivery to the next retry tier; parks it after the last one, or where no repetition helps. */
  async recover(delivery: ReadableDelivery, error: unknown): Promise<void> {
    const { topology, queue, metrics, logger } = this.#options;
    const { event } = delivery;
    metrics.processed(delivery, 'failed');
    if (error instanceof UnsubscribedEventError) return this.park(delivery, 'unsubscribed', error);
    if (isConflict(error)) return this.park(delivery, 'conflict', error);
    const retry = toRetry(delivery.message, topology, queue, error);
    if (!retry) return this.park(delivery, 'retries-exhausted', error);
    logger.warn(
      { err: error, eventId: event.id, event: event.name, correlationId: event.correlationId, next: retry.routingKey },
      'an event could not be handled; it is tried again later',
    );
    await this.#moveOn(delivery, retry, () => metrics.retried(queue, retry.routingKey));
  }

  /** Sends a delivery to the dead-letter queue. */
  async park(delivery: Delivery, reason: DeadReason, error: unknown): Promise<void> {
    const { topology, queue, metrics, logger } = this.#options;
    logger.error({ err: error, ...idsOf(delivery), reason, queue: queue.dead }, 'a message was parked');
    const letter = toDeadLetter(delivery.message, topology, queue, reason, error);
    await this.#moveOn(delivery, letter, () => metrics.parked(reason));
  }

  /** The copy is confirmed first: a crash in between leaves two, of which the inbox keeps one. */
  async #moveOn(delivery: Delivery, message: OutgoingMessage, moved: () => void): Promise<void> {
    const { publisher, believed, logger } = this.#options;
    try {
      await publisher.send(onBehalfOf(firstPublisher(delivery.message.properties, believed), message));
      moved();
      acknowledge([delivery]);
    } catch (error) {
      const to = message.routingKey;
      logger.error({ err: error, ...idsOf(delivery), to }, 'a failed message could not be moved on');
      // What is too large for a copy is parked as it is, by the broker.
      const again = !(error instanceof MessageTooLargeError);
      if (again) await delay(rejectPause);
      reject(delivery, again);
    }
  }
}
