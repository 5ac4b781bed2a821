import type { Kysely } from 'kysely';
import type { Background } from '../../platform/http/service.ts';
import type { Logger } from '../../platform/logging.ts';
import { connectProcess } from '../connection/process-connection.ts';
import { Publisher } from '../publishing/publisher.ts';
import { OutboxRelay } from './relay.ts';

/**
 * Publishes the outbox of a service in the background of its process. The service answers while the broker is away; what it
 * has written waits in the outbox.
 *
 * @param name names the connection on the broker
 * @throws {ConfigurationError} when AMQP_URL is missing or wrong
 */
export async function relayOutbox<Tables>(name: string, database: Kysely<Tables>, logger: Logger): Promise<Background> {
  const connection = await connectProcess(name, logger);
  const publisher = new Publisher(connection);
  const relay = new OutboxRelay({ database, publisher, logger, pollMilliseconds: 500 });
  return {
    async stop() {
      await relay.stop();
      await publisher.close();
      await connection.close();
    },
  };
}
