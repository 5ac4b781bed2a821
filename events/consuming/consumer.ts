import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel, Replies } from 'amqplib';
import type { Kysely } from 'kysely';
import type { Logger } from '../../platform/logging.ts';
import type { BrokerConnection } from '../connection/connection.ts';
import { MessageTooLargeError } from '../connection/errors.ts';
import type { KeptChannel } from '../connection/kept-channel.ts';
import { decodeEvent, type EventDecoder, UnreadableEventError } from '../envelope/integration-event.ts';
import type { OutgoingMessage } from '../publishing/outgoing-message.ts';
import type { Publisher } from '../publishing/publisher.ts';
import { type QueueTopology, queueOf } from '../topology/topology.ts';
import {
  type ConsumerDefinition,
  handleAll,
  standardBatchSize,
  UnsubscribedEventError,
} from './consumer-definition.ts';
import { acknowledge, type Delivery, type ReadableDelivery, type Session } from './delivery.ts';
import { DeliveryWatch } from './delivery-watch.ts';
import { type DeadReason, toDeadLetter, toRetry } from './failed-message.ts';
import { isConflict, isPassing } from './handler-failures.ts';
import { type Claim, claimEvents } from './inbox.ts';
import { ConsumerMetrics } from './metrics.ts';
import { inMessageSpans, inTraceOfMessage } from './traces.ts';

export interface ConsumerOptions<Tables> {
  readonly connection: BrokerConnection;
  /** Takes failed messages to their retry tier or dead-letter queue. */
  readonly publisher: Pick<Publisher, 'send'>;
  readonly definition: ConsumerDefinition<Tables>;
  /** Its schema has the table `inbox`. */
  readonly database: Kysely<Tables>;
  readonly logger: Logger;
  /** Events in one transaction at most; 50 unless said otherwise. 1 where an effect cannot be rolled back. */
  readonly batchSize?: number;
  /** Transactions at the same time; 1 unless said otherwise. */
  readonly concurrency?: number;
  /** How long nothing may come while messages wait, until it subscribes anew: milliseconds; 15,000 unless said otherwise. */
  readonly patience?: number;
  /** Called after every commit. */
  readonly afterCommit?: () => void;
  /** Reads the messages; {@link decodeEvent} unless said otherwise. */
  readonly decode?: EventDecoder;
}

/** The broker's code for a queue that does not exist. */
const notFound = 404;
const longestDrain = 10_000;
const longestDatabasePause = 5_000;
const rejectPause = 1_000;

/**
 * Consumes one work queue: handles each event once, however often it is delivered. Subscribes as soon as there is a
 * connection, and again after every loss of it.
 */
export class Consumer<Tables> {
  /** Resolves with the first subscription. */
  readonly ready: Promise<void>;
  readonly #options: ConsumerOptions<Tables>;
  readonly #queue: QueueTopology;
  readonly #metrics: ConsumerMetrics;
  readonly #kept: KeptChannel;
  readonly #watch: DeliveryWatch;
  readonly #batchSize: number;
  readonly #concurrency: number;
  readonly #underWay = new Set<Promise<void>>();
  #session: Session | undefined;
  #consumerTag: string | undefined;
  #waiting: Delivery[] = [];
  #stopping = false;

  constructor(options: ConsumerOptions<Tables>) {
    this.#options = options;
    this.#queue = queueOf(options.connection.topology, options.definition);
    this.#metrics = new ConsumerMetrics(options.definition.name);
    this.#batchSize = options.batchSize ?? standardBatchSize;
    this.#concurrency = options.concurrency ?? 1;
    this.#watch = new DeliveryWatch({
      queue: this.#queue.work,
      patience: options.patience,
      logger: options.logger,
      isIdle: () => this.#waiting.length + this.#underWay.size === 0,
      stuck: () => {
        this.#metrics.stuck();
        this.#kept.restart();
      },
    });
    this.#kept = options.connection.keepChannel({
      name: `consumer ${options.definition.name}`,
      open: (channel) => this.#subscribe(channel),
      closed: () => this.#unsubscribed(),
    });
    this.ready = this.#kept.ready;
  }

  /** Takes no more deliveries, awaits those it has for up to ten seconds, then closes its channel. */
  async stop(): Promise<void> {
    this.#watch.end();
    const session = this.#session;
    if (session?.open && this.#consumerTag) await session.channel.cancel(this.#consumerTag).catch(() => undefined);
    const overdue = new AbortController();
    await Promise.race([
      this.#drain().then(() => overdue.abort()),
      delay(longestDrain, undefined, { signal: overdue.signal }).catch(() => undefined),
    ]);
    this.#stopping = true;
    await this.#kept.stop();
  }

  async #drain(): Promise<void> {
    this.#work();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #subscribe(channel: ConfirmChannel): Promise<void> {
    const session: Session = { channel, open: true };
    this.#session = session;
    await channel.prefetch(Math.max(100, 2 * this.#batchSize * this.#concurrency));
    const { consumerTag } = await this.#consume(channel, session);
    this.#consumerTag = consumerTag;
    this.#watch.begin(channel);
    this.#options.logger.info({ queue: this.#queue.work }, 'consuming');
  }

  #consume(channel: ConfirmChannel, session: Session): Promise<Replies.Consume> {
    const subscription = channel.consume(this.#queue.work, (message) => {
      if (message) {
        // Deliveries that came in the same packet go into the same transaction.
        this.#watch.delivered();
        if (this.#waiting.length === 0) setImmediate(() => this.#work());
        this.#waiting.push({ session, message });
      } else {
        this.#options.logger.warn({ queue: this.#queue.work }, 'the broker cancelled the consumer');
        this.#kept.restart();
      }
    });
    return subscription.catch((error: unknown) => {
      // Somebody has removed the queue: a new connection declares it again.
      if ((error as { code?: unknown }).code === notFound) this.#options.connection.restart('a queue is missing');
      throw error;
    });
  }

  #unsubscribed(): void {
    this.#watch.end();
    if (this.#session) this.#session.open = false;
    this.#session = undefined;
    this.#consumerTag = undefined;
    this.#waiting = [];
  }

  #work(): void {
    while (this.#waiting.length > 0 && this.#underWay.size < this.#concurrency) {
      const batch = this.#waiting.splice(0, this.#batchSize);
      const work = this.#handle(batch)
        .catch((error: unknown) => this.#options.logger.error({ err: error }, 'deliveries were given up'))
        .finally(() => {
          this.#underWay.delete(work);
          this.#work();
        });
      this.#underWay.add(work);
    }
  }

  async #handle(deliveries: readonly Delivery[]): Promise<void> {
    const { decode = decodeEvent } = this.#options;
    const begunAt = performance.now();
    const readable: ReadableDelivery[] = [];
    for (const delivery of deliveries) {
      try {
        readable.push({ ...delivery, begunAt, event: decode(delivery.message.content) });
      } catch (error) {
        if (!(error instanceof UnreadableEventError)) throw error;
        await this.#park(delivery, error.reason, error);
      }
    }
    if (readable.length > 0) await this.#apply(readable);
  }

  /** Together or, where that fails, one by one, so that an event that always fails does not take its neighbours along. */
  async #apply(deliveries: readonly ReadableDelivery[]): Promise<void> {
    try {
      await this.#commit(deliveries);
    } catch (error) {
      if (isPassing(error)) return this.#applyAfterPause(deliveries, error);
      const [delivery, ...others] = deliveries;
      if (others.length === 0 && delivery) return inTraceOfMessage(delivery, () => this.#fail(delivery, error));
      for (const each of deliveries) await this.#apply([each]);
    }
  }

  async #commit(deliveries: readonly ReadableDelivery[]): Promise<void> {
    const { database, definition, afterCommit } = this.#options;
    const events = deliveries.map(({ event }) => event);
    const claims = await inMessageSpans(this.#queue.work, deliveries, (within) =>
      database.transaction().execute(async (transaction) => {
        const result = await claimEvents(transaction, definition.name, events);
        const fresh = events.filter((_, index) => result[index] === 'new');
        await handleAll(definition, fresh, transaction, (event, effect) => within(events.indexOf(event), effect));
        return result;
      }),
    );
    afterCommit?.();
    for (const [index, delivery] of deliveries.entries()) {
      const claim = claims[index] as Claim;
      this.#metrics.processed(delivery, claim);
      if (claim !== 'conflict') acknowledge(delivery);
      else await this.#park(delivery, claim, new Error(`another event was handled under the id ${delivery.event.id}`));
    }
  }

  /** While the database is away nothing is wrong with the events: they are held, and not sent through the retry tiers. */
  async #applyAfterPause(deliveries: readonly ReadableDelivery[], error: unknown): Promise<void> {
    this.#options.logger.warn({ err: error }, 'the store of the effects is away; the events are held until it is back');
    for (let pause = 100; ; pause = Math.min(pause * 2, longestDatabasePause)) {
      await delay(pause);
      const live = deliveries.filter(({ session }) => session.open);
      if (live.length === 0 || this.#stopping) return;
      try {
        return await this.#commit(live);
      } catch (again) {
        if (!isPassing(again)) return this.#apply(live);
      }
    }
  }

  async #fail(delivery: ReadableDelivery, error: unknown): Promise<void> {
    const { event } = delivery;
    this.#metrics.processed(delivery, 'failed');
    if (error instanceof UnsubscribedEventError) return this.#park(delivery, 'unsubscribed', error);
    if (isConflict(error)) return this.#park(delivery, 'conflict', error);
    const retry = toRetry(delivery.message, this.#queue, error);
    if (!retry) return this.#park(delivery, 'retries-exhausted', error);
    this.#options.logger.warn(
      { err: error, eventId: event.id, event: event.name, correlationId: event.correlationId, next: retry.routingKey },
      'an event could not be handled; it is tried again later',
    );
    await this.#moveOn(delivery, retry, () => this.#metrics.retried(this.#queue, retry.routingKey));
  }

  async #park(delivery: Delivery, reason: DeadReason, error: unknown): Promise<void> {
    const { messageId } = delivery.message.properties;
    this.#options.logger.error({ err: error, messageId, reason, queue: this.#queue.dead }, 'a message was parked');
    await this.#moveOn(
      delivery,
      toDeadLetter(delivery.message, this.#options.connection.topology, this.#queue, reason, error),
      () => this.#metrics.parked(reason),
    );
  }

  /** The copy is confirmed first: a crash in between leaves two, of which the inbox keeps one. */
  async #moveOn(delivery: Delivery, message: OutgoingMessage, moved: () => void): Promise<void> {
    try {
      await this.#options.publisher.send(message);
      moved();
      acknowledge(delivery);
    } catch (error) {
      this.#options.logger.error({ err: error, to: message.routingKey }, 'a failed message could not be moved on');
      // What is too large for a copy is parked as it is, by the broker.
      const again = !(error instanceof MessageTooLargeError);
      if (again) await delay(rejectPause);
      if (delivery.session.open) delivery.session.channel.reject(delivery.message, again);
    }
  }
}
