import type { Kysely } from 'kysely';
import { outboxRetention } from '../messaging/retention.ts';
import { startOutboxRelay } from '../messaging/start-outbox-relay.ts';
import type { Background } from '../platform/http/service.ts';
import { startPruner } from '../platform/pruner.ts';
import type { RoleContext } from '../platform/role.ts';
import { integrationEvents } from './contracts/index.ts';
import { brokerOf, endProcess } from './role-connection.ts';

/**
 * Publishes the outbox of a service in the background of its role, and prunes what is published. The service answers while the broker is away; what it
 * has written waits in the outbox. The process ends with 2 when, after the first connection, only people can help.
 *
 * @throws {ConfigurationError} when AMQP_URL is missing or wrong
 */
export async function relayOutbox<Tables>(database: Kysely<Tables>, context: RoleContext): Promise<Background> {
  const relay = await startOutboxRelay({ ...brokerOf(context), database, emits: integrationEvents });
  relay.finished.catch(endProcess);
  const pruner = startPruner(database as Kysely<unknown>, context.logger, [outboxRetention(context.environment)]);
  return {
    async stop() {
      await relay.stop();
      await pruner.stop();
    },
  };
}
