import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { decodeEvent } from '../events/integration-event.ts';
import { brokerEnvironment, connectRole } from '../events/role-connection.ts';
import { showQueueDepths } from '../messaging/connection/queue-depths.ts';
import { Consumer } from '../messaging/consuming/consumer.ts';
import type { ConsumerDefinition } from '../messaging/consuming/definition.ts';
import { requireTables } from '../messaging/consuming/inbox.ts';
import { OutboxRelay } from '../messaging/outbox/relay.ts';
import { Publisher } from '../messaging/publishing/publisher.ts';
import { queueOf } from '../messaging/topology/topology.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { databaseUrlSchema, migrate, openDatabase } from '../platform/database.ts';
import type { Role, RoleContext } from '../platform/role.ts';

export interface ConsumerRoleOptions<Tables> {
  /** The PostgreSQL schema of its inbox and its effects. */
  readonly schema: string;
  /** The folder with its SQL migrations: they make the table `inbox`, and `outbox` where it emits events. */
  readonly migrations: URL;
  /** Called once, at the start; reads what the consumer needs of the environment beside database and broker. */
  open(context: RoleContext): OpenConsumers<Tables>;
}

/** What a role that consumes does. */
export interface OpenConsumers<Tables> {
  /** One for each work queue that it takes from. */
  readonly definitions: readonly ConsumerDefinition<Tables>[];
  /** Events in one transaction at most; 1 where an effect cannot be rolled back. @default 50 */
  readonly batchSize?: number;
  /** Transactions of one definition at the same time. @default 1 */
  readonly concurrency?: number;
  /** Whether its effects write events to its outbox, for a relay to publish. */
  readonly emitsEvents?: boolean;
  /** Lets go of what was opened, when nothing is in flight any more. */
  close?(): void | Promise<void>;
}

/** All of it at once, so that the first start names everything that is missing. */
const environment = brokerEnvironment.extend({ DATABASE_URL: databaseUrlSchema });

/**
 * The role of one or more consumers: its store, the broker, the relay of what it emits, and their graceful shutdown.
 * Ready without a broker, too: it consumes as soon as the broker is there.
 */
export function consumerRole<Tables>({ schema, migrations, open }: ConsumerRoleOptions<Tables>): Role {
  return async (context) => {
    const { logger } = context;
    const { DATABASE_URL: url } = readConfiguration(environment, context.environment);
    const { definitions, batchSize, concurrency = 1, emitsEvents = false, close } = open(context);
    const connections = definitions.length * concurrency + 2;
    const database = openDatabase<Tables>({ url, schema, connections });
    await migrate(database as Kysely<unknown>, schema, fileURLToPath(migrations));
    await requireTables(database, schema, { emitsEvents });
    const connection = await connectRole(context);
    const publisher = new Publisher(connection);
    const relay = emitsEvents ? new OutboxRelay({ database, publisher, decode: decodeEvent, logger }) : undefined;
    const effects = { database, concurrency, ...(batchSize && { batchSize }), afterCommit: () => relay?.wake() };
    const consumers = definitions.map(
      (definition) => new Consumer({ connection, publisher, definition, logger, ...effects }),
    );
    const depths = showQueueDepths(
      connection,
      definitions.map((definition) => queueOf(connection.topology, definition)),
    );
    if (connection.status === 'connected') await Promise.all(consumers.map(({ ready }) => ready));
    return {
      address: connection.address,
      async stop() {
        await Promise.all(consumers.map((consumer) => consumer.stop()));
        await relay?.stop();
        await publisher.close();
        await depths.stop();
        await connection.close();
        await close?.();
        await database.destroy();
      },
    };
  };
}
