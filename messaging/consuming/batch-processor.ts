import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Logger } from '../../platform/logging.ts';
import { UnreadableEventError } from '../envelope/decoder.ts';
import { type ConsumerDefinition, handleAll } from './definition.ts';
import { acknowledge, type Delivery, idsOf, type ReadableDelivery } from './delivery.ts';
import { isTransient } from './handler-failures.ts';
import { type Claim, claimEvents } from './inbox.ts';
import type { ConsumerMetrics } from './metrics.ts';
import { type PublisherCheck, requirePublisher } from './publisher-rules.ts';
import type { Recoverability } from './recoverability.ts';
import { inMessageSpans, inTraceOfMessage } from './traces.ts';

export interface BatchProcessorOptions<Tables> {
  /** The work queue, for traces. */
  readonly queue: string;
  readonly definition: ConsumerDefinition<Tables>;
  /** Its schema has the table `inbox`. */
  readonly database: Kysely<Tables>;
  /** Who may publish what; without it a publisher is not asked for. */
  readonly check: PublisherCheck | undefined;
  readonly recoverability: Recoverability;
  readonly metrics: ConsumerMetrics;
  readonly logger: Logger;
  /** Called after every commit. */
  readonly afterCommit?: () => void;
  /** Aborted when what is held for a database that is away has to be given up. */
  readonly signal: AbortSignal;
}

const firstPause = 100;
const longestPause = 5_000;

/** Handles deliveries together: one transaction with their inbox rows and their effects, then the acknowledgements. */
export class BatchProcessor<Tables> {
  readonly #options: BatchProcessorOptions<Tables>;

  constructor(options: BatchProcessorOptions<Tables>) {
    this.#options = options;
  }

  async process(deliveries: readonly Delivery[]): Promise<void> {
    const { definition, check, recoverability } = this.#options;
    const begunAt = performance.now();
    const readable: ReadableDelivery[] = [];
    for (const delivery of deliveries) {
      try {
        const event = definition.decode(delivery.message.content);
        if (check) requirePublisher(delivery.message, event, check);
        readable.push({ ...delivery, begunAt, event });
      } catch (error) {
        if (!(error instanceof UnreadableEventError)) throw error;
        await recoverability.park(delivery, error.reason, error);
      }
    }
    if (readable.length > 0) await this.#apply(readable);
  }

  /** Together or, where that fails, one by one, so that an event that always fails does not take its neighbours along. */
  async #apply(deliveries: readonly ReadableDelivery[]): Promise<void> {
    try {
      await this.#commit(deliveries);
    } catch (error) {
      if (isTransient(error)) return this.#applyAfterPause(deliveries, error);
      const [delivery, ...others] = deliveries;
      if (others.length === 0 && delivery)
        return inTraceOfMessage(delivery, () => this.#options.recoverability.recover(delivery, error));
      for (const each of deliveries) await this.#apply([each]);
    }
  }

  async #commit(deliveries: readonly ReadableDelivery[]): Promise<void> {
    const { queue, database, definition, afterCommit, metrics, recoverability } = this.#options;
    const events = deliveries.map(({ event }) => event);
    const claims = await inMessageSpans(queue, deliveries, (within) =>
      database.transaction().execute(async (transaction) => {
        const result = await claimEvents(transaction, definition.name, events);
        const fresh = events.filter((_, index) => result[index] === 'new');
        await handleAll(definition, fresh, transaction, (event, effect) => within(events.indexOf(event), effect));
        return result;
      }),
    );
    afterCommit?.();
    for (const [index, delivery] of deliveries.entries()) metrics.processed(delivery, claims[index] as Claim);
    acknowledge(deliveries.filter((_, index) => claims[index] !== 'conflict'));
    for (const delivery of deliveries.filter((_, index) => claims[index] === 'conflict')) {
      const conflict = new Error(`another event was handled under the id ${delivery.event.id}`);
      await recoverability.park(delivery, 'conflict', conflict);
    }
  }

  /** While the database is away nothing is wrong with the events: they are held, and not sent through the retry tiers. */
  async #applyAfterPause(deliveries: readonly ReadableDelivery[], error: unknown): Promise<void> {
    const { logger, signal } = this.#options;
    logger.warn(
      { err: error, messages: deliveries.map(idsOf) },
      'the store of the effects is away; the events are held until it is back',
    );
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      await delay(pause, undefined, { signal }).catch(() => undefined);
      const live = deliveries.filter(({ session }) => session.open);
      if (live.length === 0 || signal.aborted) return;
      try {
        return await this.#commit(live);
      } catch (again) {
        if (!isTransient(again)) return this.#apply(live);
      }
    }
  }
}
