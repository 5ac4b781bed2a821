import { type Kysely, sql, type Transaction } from 'kysely';
import type { BrokerConnection } from '../../events/connection.ts';
import { Consumer, type ConsumerOptions } from '../../events/consumer.ts';
import { defineConsumer } from '../../events/consumer-definition.ts';
import type { IntegrationEvent } from '../../events/envelope.ts';
import type { Publisher } from '../../events/publisher.ts';
import { quiet } from './environment.ts';

type Tables = Record<never, never>;
type Handler = (event: IntegrationEvent<'PaymentProcessed'>, transaction: Transaction<Tables>) => Promise<void>;

export const testSubscription = { name: 'tester', queue: 'tester.events.v1', events: ['PaymentProcessed'] } as const;

/** Millisecond tiers: what waits for minutes in production is over at once. */
export const retryTiers = [
  { label: '20ms', milliseconds: 20 },
  { label: '40ms', milliseconds: 40 },
];

/** Where a test's handler leaves its effect: a row for each time that it was carried out. */
export async function createEffects(database: Kysely<Tables>): Promise<void> {
  await sql`create table effects (subject text not null)`.execute(database);
}

export async function readEffects(database: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ subject: string }>`select subject from effects`.execute(database);
  return rows.map(({ subject }) => subject);
}

export const leaveEffect: Handler = async (event, transaction) => {
  await sql`insert into effects values (${event.subject})`.execute(transaction);
};

/** A consumer of payments whose effect is a row; `before` may throw or wait. */
export async function startTestConsumer(
  {
    connection,
    publisher,
    database,
    before = async () => undefined,
  }: { connection: BrokerConnection; publisher: Publisher; database: Kysely<Tables>; before?: Handler },
  options: Pick<ConsumerOptions<Tables>, 'batchSize' | 'concurrency'> = {},
): Promise<Consumer<Tables>> {
  const definition = defineConsumer<Tables>()({
    ...testSubscription,
    handlers: {
      PaymentProcessed: async (event, transaction) => {
        await before(event, transaction);
        await leaveEffect(event, transaction);
      },
    },
  });
  const consumer = new Consumer({ connection, publisher, definition, database, logger: quiet, ...options });
  await consumer.ready;
  return consumer;
}
