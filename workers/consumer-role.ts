import { fileURLToPath } from 'node:url';
import type { Kysely } from 'kysely';
import { integrationEvents } from '../events/contracts/index.ts';
import { publisherRules } from '../events/processes.ts';
import { brokerEnvironment, brokerOf, endProcess } from '../events/role-connection.ts';
import type { ConsumerDefinition } from '../messaging/consuming/definition.ts';
import { inboxRetention, outboxRetention } from '../messaging/retention.ts';
import { startConsumers } from '../messaging/start-consumers.ts';
import { readConfiguration } from '../platform/configuration.ts';
import { databaseEnvironment, readDatabaseSettings } from '../platform/database-settings.ts';
import { openStore } from '../platform/open-store.ts';
import { type Retention, startPruner } from '../platform/pruner.ts';
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
  /** Whether it is known for ever what it has handled, since its login may delete nothing. */
  readonly keepsInbox?: boolean;
  /** What of its effects is not kept for ever, beside inbox and outbox. @default nothing */
  readonly retentions?: readonly Retention[];
  /** Lets go of what was opened, when nothing is in flight any more. */
  close?(): void | Promise<void>;
}

/** All of it at once, so that the first start names everything that is missing. */
const environment = brokerEnvironment.extend(databaseEnvironment.shape);

/**
 * The role of one or more consumers: its store, the broker, the relay of what it emits, and their graceful shutdown.
 * Ready without a broker, too: it consumes as soon as the broker is there.
 */
export function consumerRole<Tables>({ schema, migrations, open }: ConsumerRoleOptions<Tables>): Role {
  return async (context) => {
    readConfiguration(environment, context.environment);
    const { emitsEvents = false, keepsInbox = false, retentions = [], close, ...consuming } = open(context);
    const transactions = consuming.definitions.length * (consuming.concurrency ?? 1);
    // Beside the transactions, the relay's takes one; metrics and the pruner take turns with the rest.
    const settings = readDatabaseSettings(context.environment, { usual: transactions + 3, fewest: transactions + 1 });
    const folder = fileURLToPath(migrations);
    const database = await openStore<Tables>({ schema, folder, settings, logger: context.logger });
    const emits = emitsEvents && { emits: integrationEvents };
    const consumers = await startConsumers({
      ...brokerOf(context),
      ...consuming,
      ...emits,
      publishers: publisherRules,
      database,
    });
    consumers.finished.catch(endProcess);
    const pruner = startPruner(database as Kysely<unknown>, context.logger, [
      ...(keepsInbox ? [] : [inboxRetention(context.environment)]),
      ...(emitsEvents ? [outboxRetention(context.environment)] : []),
      ...retentions,
    ]);
    return {
      address: consumers.address,
      async stop() {
        await consumers.stop();
        await pruner.stop();
        await close?.();
        await database.destroy();
      },
    };
  };
}
