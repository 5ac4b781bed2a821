import { expect } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { ServiceFailure } from '../../contracts/failures.ts';
import type { IntegrationEvent } from '../../events/integration-event.ts';
import type { Consumer } from '../../messaging/consuming/consumer.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { DeadLetterArchiver } from '../../services/dead-letters/archiver.ts';
import { type DeadLetter, type DeadLettersClient, deadLettersContract } from '../../services/dead-letters/contract.ts';
import { showParked } from '../../services/dead-letters/metrics.ts';
import { deadLettersHandlers } from '../../services/dead-letters/server.ts';
import type { DeadLettersTables } from '../../services/dead-letters/store.ts';
import { asTester } from '../identities.ts';
import { type ConsumerTest, openConsumerTest } from './consumer-environment.ts';
import { eventually, openTestSchema, quiet } from './environment.ts';
import type { Gate } from './gate.ts';

/** The dead letters of a consumer's queue on a broker and in a schema of their own. */
export interface DeadLettersTest {
  readonly run: ConsumerTest;
  readonly database: Kysely<DeadLettersTables>;
  readonly url: string;
  readonly client: DeadLettersClient;
  /** The way of the archiver and of replays to the broker. */
  readonly gate: Gate;
  readonly archiver: DeadLetterArchiver;
  /** Publishes events to a handler that fails until it is mended. Returns the ids of their dead letters, in the same order. */
  fail(...events: readonly IntegrationEvent[]): Promise<Failed>;
  /** Mends the handler. */
  mend(): void;
  /** All dead letters, oldest first, as soon as there are so many. */
  archived(count: number): Promise<DeadLetter[]>;
  close(): Promise<void>;
}

interface Failed {
  readonly consumer: Consumer<DeadLettersTables>;
  readonly ids: number[];
  /** The first of them. */
  readonly id: number;
}

/** @param stallTimeoutMilliseconds how long the archiver waits for deliveries while messages wait, in milliseconds */
export async function openDeadLettersTest(stallTimeoutMilliseconds?: number): Promise<DeadLettersTest> {
  const run = await openConsumerTest();
  const { database, close } = await openTestSchema('dead-letters');
  const { connection, gate } = await run.broker.connect();
  const publisher = new Publisher(connection);
  const archiver = new DeadLetterArchiver({
    connection,
    database,
    logger: quiet,
    ...(stallTimeoutMilliseconds && { stallTimeoutMilliseconds }),
  });
  await Promise.all([publisher.ready, archiver.ready]);
  showParked(database, connection.topology.queues);
  const handlers = deadLettersHandlers(database, publisher);
  const server = await serveHttp(deadLettersContract, handlers, { port: 0, access: asTester, logger: quiet });
  const client = createHttpClient(deadLettersContract, { url: server.address, timeoutMilliseconds: 30_000 });
  const archived = (count: number) =>
    eventually(async () => {
      const { deadLetters } = await client.listDeadLetters({ limit: 1_000 });
      return deadLetters.length >= count && deadLetters.reverse();
    });
  let broken = true;
  return {
    run,
    database,
    url: server.address,
    client,
    gate,
    archiver,
    archived,
    async fail(...events) {
      const { publisher, consumer } = await run.consume(async () => {
        if (broken) throw new Error('broken');
      });
      await publisher.publish(events);
      const byMessage = new Map(
        (await archived(events.length)).map((letter) => [letter.messageId, letter.deadLetterId]),
      );
      const ids = events.map((event) => byMessage.get(event.id) as number);
      return { consumer, ids, id: ids[0] as number };
    },
    mend() {
      broken = false;
    },
    async close() {
      gate.open();
      await server.stop();
      await archiver.stop();
      await publisher.close();
      await run.close();
      await close();
    },
  };
}

/** How many statements about a table of this database's schema wait for a lock. */
export async function blockedStatements(database: Kysely<DeadLettersTables>, name: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from pg_stat_activity
    where wait_event_type = 'Lock' and application_name = current_schema() and query like ${`%${name}%`}
  `.execute(database);
  return rows[0]?.count ?? 0;
}

/** A failure of the catalogue, as a client throws it. */
export const failure = (type: string, message: RegExp) =>
  expect.objectContaining({ constructor: ServiceFailure, type, message: expect.stringMatching(message) });
