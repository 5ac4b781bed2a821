import { setTimeout as delay } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import type { Kysely } from 'kysely';
import type { Logger } from '../../platform/logging.ts';
import { close } from '../amqp/close.ts';
import type { BrokerConnection } from '../connection/connection.ts';
import type { RecoverableChannel } from '../connection/recoverable-channel.ts';
import type { Publisher } from '../publishing/publisher.ts';
import { queueOf } from '../topology/topology.ts';
import { BatchProcessor } from './batch-processor.ts';
import { type ConsumerDefinition, standardBatchSize } from './definition.ts';
import { type Delivery, idsOf, Session } from './delivery.ts';
import { ConsumerMetrics } from './metrics.ts';
import type { PublisherRules } from './publisher-rules.ts';
import { Recoverability } from './recoverability.ts';
import { subscribe } from './subscribe.ts';

export interface ConsumerOptions<Tables> {
  readonly connection: BrokerConnection;
  /** Takes failed messages to their retry tier or dead-letter queue. */
  readonly publisher: Pick<Publisher, 'send'>;
  readonly definition: ConsumerDefinition<Tables>;
  /** Its schema has the table `inbox`. */
  readonly database: Kysely<Tables>;
  readonly logger: Logger;
  /** Who may publish what: anything else is parked as `forged`. @default anyone may publish anything */
  readonly publishers?: PublisherRules | undefined;
  /** Events in one transaction at most; 1 where an effect cannot be rolled back. @default 50 */
  readonly batchSize?: number;
  /** Transactions at the same time. @default 1 */
  readonly concurrency?: number;
  /** How long nothing may come while messages wait, until it re-subscribes, in milliseconds. @default 15_000 */
  readonly stallTimeoutMilliseconds?: number;
  /** Called after every commit. */
  readonly afterCommit?: () => void;
}

const drainTimeoutMilliseconds = 10_000;
const defectPause = 1_000;

/**
 * Consumes one work queue: handles each event once, however often it is delivered. Subscribes as soon as there is a
 * connection, and again after every loss of it.
 */
export class Consumer<Tables> {
  /** Resolves with the first subscription. */
  readonly ready: Promise<void>;
  readonly #connection: BrokerConnection;
  readonly #logger: Logger;
  readonly #queue: string;
  readonly #metrics: ConsumerMetrics;
  readonly #recoverable: RecoverableChannel;
  readonly #stallTimeoutMilliseconds: number | undefined;
  readonly #processor: BatchProcessor<Tables>;
  readonly #batchSize: number;
  readonly #concurrency: number;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #givenUp = new AbortController();
  #session: Session | undefined;
  #consumerTag: string | undefined;
  #waiting: Delivery[] = [];
  #stopping = false;

  constructor(options: ConsumerOptions<Tables>) {
    const { connection, definition, logger, batchSize = standardBatchSize, concurrency = 1 } = options;
    const { topology, user } = connection;
    const { publishers: rules } = options;
    const queue = queueOf(topology, definition);
    const metrics = new ConsumerMetrics(definition.name, () => this.#consumerTag !== undefined);
    const recoverability = new Recoverability({
      ...options,
      topology,
      queue,
      metrics,
      believed: [user, ...(rules?.sendOn ?? [])],
    });
    const check = rules && { rules, topology, user };
    const signal = this.#givenUp.signal;
    this.#connection = connection;
    this.#metrics = metrics;
    this.#logger = logger;
    this.#queue = queue.work;
    this.#batchSize = batchSize;
    this.#concurrency = concurrency;
    this.#stallTimeoutMilliseconds = options.stallTimeoutMilliseconds;
    this.#processor = new BatchProcessor({ ...options, check, queue: queue.work, recoverability, metrics, signal });
    this.#recoverable = connection.recoverableChannel({
      name: `consumer ${definition.name}`,
      open: (channel) => this.#subscribe(channel),
      closed: () => this.#channelClosed(),
    });
    this.ready = this.#recoverable.ready;
  }

  /** Takes no more deliveries, awaits those it has for up to ten seconds, then closes its channel. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const overdue = new AbortController();
    await Promise.race([
      this.#unsubscribe()
        .then(() => this.#drain())
        .then(() => overdue.abort()),
      delay(drainTimeoutMilliseconds, undefined, { signal: overdue.signal }).catch(() => undefined),
    ]);
    this.#givenUp.abort();
    await this.#recoverable.stop();
    this.#metrics.end();
  }

  async #unsubscribe(): Promise<void> {
    const [channel, consumerTag] = [this.#session?.channel, this.#consumerTag];
    // A channel that closes meanwhile brings nothing more, which is all that is asked for.
    if (channel && consumerTag) await channel.cancel(consumerTag).catch(() => undefined);
  }

  async #drain(): Promise<void> {
    this.#work();
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  async #subscribe(channel: ConfirmChannel): Promise<void> {
    if (this.#stopping) return;
    const session = new Session(channel);
    this.#session = session;
    await channel.prefetch(Math.max(100, 2 * this.#batchSize * this.#concurrency));
    const consumerTag = await subscribe({
      connection: this.#connection,
      channel,
      queue: this.#queue,
      logger: this.#logger,
      deliver: (message) => this.#delivered(session.deliver(message)),
      isIdle: () => this.#waiting.length + this.#inFlight.size === 0,
      stallTimeoutMilliseconds: this.#stallTimeoutMilliseconds,
      onStuck: () => this.#metrics.stuck(),
    });
    this.#consumerTag = consumerTag;
    if (this.#stopping) return this.#unsubscribe();
    const settings = { queue: this.#queue, batchSize: this.#batchSize, concurrency: this.#concurrency };
    this.#logger.info(settings, 'consuming');
  }

  #channelClosed(): void {
    if (this.#session) this.#session.open = false;
    this.#session = undefined;
    this.#consumerTag = undefined;
    this.#waiting = [];
  }

  #delivered(delivery: Delivery): void {
    // Deliveries that came in the same packet go into the same transaction.
    if (this.#waiting.length === 0) setImmediate(() => this.#work());
    this.#waiting.push(delivery);
  }

  #work(): void {
    while (this.#waiting.length > 0 && this.#inFlight.size < this.#concurrency) {
      const batch = this.#waiting.splice(0, this.#batchSize);
      const work = this.#processor
        .process(batch)
        .catch((error: unknown) => this.#giveBack(batch, error))
        .finally(() => {
          this.#inFlight.delete(work);
          this.#work();
        });
      this.#inFlight.add(work);
    }
  }

  /** A defect of this program: it cannot tell what was acknowledged, so all that is not comes again on a new channel. */
  async #giveBack(deliveries: readonly Delivery[], error: unknown): Promise<void> {
    this.#logger.error({ err: error, messages: deliveries.map(idsOf) }, 'deliveries could not be handled');
    await delay(defectPause, undefined, { signal: this.#givenUp.signal }).catch(() => undefined);
    const [first] = deliveries;
    if (first?.session.open) await close(first.session.channel);
  }
}
