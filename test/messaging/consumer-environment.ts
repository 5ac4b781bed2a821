import { type Kysely, sql, type Transaction } from 'kysely';
import { defineConsumer } from '../../events/consumers.ts';
import { decodeEvent, type IntegrationEvent } from '../../events/integration-event.ts';
import type { BrokerConnection } from '../../messaging/connection/connection.ts';
import { Consumer, type ConsumerOptions } from '../../messaging/consuming/consumer.ts';
import type { EventDecoder } from '../../messaging/envelope/decoder.ts';
import type { Publisher } from '../../messaging/publishing/publisher.ts';
import { type QueueTopology, queueOf, type RetryTier } from '../../messaging/topology/topology.ts';
import { eventually, openTestBroker, openTestSchema, quiet, type TestBroker } from './environment.ts';
import type { Gate } from './gate.ts';

type Tables = Record<never, never>;
type Handler = (event: IntegrationEvent<'PaymentProcessed'>, transaction: Transaction<Tables>) => Promise<void>;

const subscription = { name: 'tester', queue: 'tester.events.v1', events: ['PaymentProcessed'] } as const;

/** Millisecond tiers: what waits for minutes in production is over at once. */
export const retryTiers: readonly RetryTier[] = [
  { label: '20ms', milliseconds: 20 },
  { label: '40ms', milliseconds: 40 },
];

/** A consumer of payments on a broker and in a schema of its own; each effect is a row with the event's subject. */
export interface ConsumerTest {
  readonly broker: TestBroker;
  readonly queue: QueueTopology;
  /** Where the inbox and the effects are. */
  readonly schema: string;
  /** Starts a consumer; `before` runs ahead of every effect and may throw or wait. */
  consume(
    before?: Handler,
    options?: Partial<
      Pick<ConsumerOptions<Tables>, 'batchSize' | 'concurrency' | 'stallTimeoutMilliseconds' | 'publisher'>
    > & {
      readonly decode?: EventDecoder;
    },
  ): Promise<{ connection: BrokerConnection; gate: Gate; publisher: Publisher; consumer: Consumer<Tables> }>;
  /** The subjects of all effects, in alphabetical order, as soon as there are so many. */
  effects(count: number): Promise<string[]>;
  /** The subjects of all effects, once the queue is empty and all consumers have stopped. */
  finalEffects(): Promise<string[]>;
  /** How many messages wait in the work queue; after the consumers have stopped also those never acknowledged. */
  left(): Promise<number>;
  close(): Promise<void>;
}

export async function openConsumerTest(tiers: readonly RetryTier[] = retryTiers): Promise<ConsumerTest> {
  const broker = await openTestBroker({ subscriptions: [subscription], retryTiers: tiers });
  const { database, schema, close } = await openTestSchema('ledger');
  await sql`create table effects (subject text not null)`.execute(database);
  const consumers: Consumer<Tables>[] = [];
  const queue = queueOf(broker.topology, subscription);
  const left = async () => (await broker.channel.checkQueue(queue.work)).messageCount;
  const stopConsumers = async () => {
    for (const consumer of consumers.splice(0)) await consumer.stop();
  };
  return {
    broker,
    queue,
    schema,
    async consume(before = async () => undefined, { decode = decodeEvent, ...options } = {}) {
      const { connection, gate, publisher } = await broker.connectWithPublisher();
      const defined = defineConsumer<Tables>()({
        ...subscription,
        handlers: {
          PaymentProcessed: async (event, transaction) => {
            await before(event, transaction);
            await sql`insert into effects values (${event.subject})`.execute(transaction);
          },
        },
      });
      const definition = { ...defined, decode };
      const consumer = new Consumer({ connection, publisher, definition, database, logger: quiet, ...options });
      consumers.push(consumer);
      await consumer.ready;
      return { connection, gate, publisher, consumer };
    },
    effects: (count) =>
      eventually(async () => {
        const found = await readEffects(database);
        return found.length >= count && found;
      }),
    left,
    async finalEffects() {
      await eventually(async () => (await left()) === 0);
      await stopConsumers();
      return readEffects(database);
    },
    async close() {
      await stopConsumers();
      await broker.close();
      await close();
    },
  };
}

async function readEffects(database: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ subject: string }>`select subject from effects order by subject`.execute(database);
  return rows.map(({ subject }) => subject);
}
