import type { Kysely } from 'kysely';
import { type BrokerProgramOptions, openBroker, type RunningProgram, runUntilStopped } from './broker.ts';
import { showQueueDepths } from './connection/queue-depths.ts';
import { Consumer } from './consuming/consumer.ts';
import type { ConsumerDefinition } from './consuming/definition.ts';
import type { PublisherRules } from './consuming/publisher-rules.ts';
import type { EventContracts } from './envelope/contracts.ts';
import { eventDecoder } from './envelope/decoder.ts';
import { OutboxRelay } from './outbox/relay.ts';
import { requireTables } from './tables.ts';
import { queueOf } from './topology/topology.ts';

export interface ConsumersOptions<Tables> extends BrokerProgramOptions {
  /** One for each work queue; `consumersOf` defines them. */
  readonly definitions: readonly ConsumerDefinition<Tables>[];
  /**
   * Where inbox and effects are; `createConsumerTables` makes the tables. Each transaction takes a connection, and outbox and
   * metrics one each.
   */
  readonly database: Kysely<Tables>;
  /** Who may publish what: anything else is parked as `forged`. @default anyone may publish anything */
  readonly publishers?: PublisherRules;
  /** Events in one transaction at most; 1 where an effect cannot be rolled back. @default 50 */
  readonly batchSize?: number;
  /** Transactions of one definition at the same time; with more than one events may pass each other. @default 1 */
  readonly concurrency?: number;
  /** The contracts of what effects write to the outbox; without them there is no relay. */
  readonly emits?: EventContracts;
}

/**
 * Starts consumers: they handle each event once, retry what fails by the tiers of the topology, and park it in the end. What
 * their effects emit is relayed, and the depths of their queues are shown among the metrics. Without a broker, too, it
 * returns: the consumers begin as soon as the broker is there.
 *
 * @throws {ConfigurationError} when the database has no inbox, or no outbox for what they emit
 * @throws {BrokerConfigurationError} when the URL is wrong, or the login, the virtual host or a permission is refused
 * @throws {TopologyMismatchError} when the broker has a queue with other arguments
 * @throws {RangeError} when the topology has no queue for one of them
 */
export async function startConsumers<Tables>(options: ConsumersOptions<Tables>): Promise<RunningProgram> {
  const { topology, definitions, database, publishers, batchSize, concurrency, emits } = options;
  const name = options.name ?? definitions.map((definition) => definition.name).join(', ');
  const queues = definitions.map((definition) => queueOf(topology, definition));
  await requireTables(database, { outbox: emits !== undefined });
  const broker = await openBroker(name, options);
  const { connection, publisher, logger } = broker;
  const relay = emits && new OutboxRelay({ database, publisher, decode: eventDecoder(emits), logger });
  const settings = { ...(batchSize && { batchSize }), ...(concurrency && { concurrency }) };
  const afterCommit = () => relay?.wake();
  const consumers = definitions.map(
    (definition) =>
      new Consumer({ connection, publisher, definition, database, publishers, logger, afterCommit, ...settings }),
  );
  const depths = showQueueDepths(connection, queues);
  const stop = async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    await relay?.stop();
    await depths.stop();
    await broker.close();
  };
  if (connection.status === 'connected') {
    const subscribed = Promise.all(consumers.map(({ ready }) => ready));
    await Promise.race([subscribed, broker.failed]).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  }
  return runUntilStopped(broker, stop);
}
