import type { Kysely } from 'kysely';
import { OutboxRelay } from '../messaging/outbox/relay.ts';
import { Publisher } from '../messaging/publishing/publisher.ts';
import type { Background } from '../platform/http/service.ts';
import type { RoleContext } from '../platform/role.ts';
import { decodeEvent } from './integration-event.ts';
import { connectRole } from './role-connection.ts';

/**
 * Publishes the outbox of a service in the background of its role. The service answers while the broker is away; what it
 * has written waits in the outbox.
 *
 * @throws {ConfigurationError} when AMQP_URL is missing or wrong
 */
export async function relayOutbox<Tables>(database: Kysely<Tables>, context: RoleContext): Promise<Background> {
  const { logger } = context;
  const connection = await connectRole(context);
  const publisher = new Publisher(connection);
  const relay = new OutboxRelay({ database, publisher, decode: decodeEvent, logger, pollMilliseconds: 500 });
  return {
    async stop() {
      await relay.stop();
      await publisher.close();
      await connection.close();
    },
  };
}
