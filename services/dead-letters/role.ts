import type { Kysely } from 'kysely';
import { connectRole } from '../../events/role-connection.ts';
import { Publisher } from '../../messaging/publishing/publisher.ts';
import { accessEnvironment, readAuthenticator } from '../../platform/access/authenticator.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { startPruner } from '../../platform/pruner.ts';
import { serviceRole } from '../../platform/service.ts';
import { DeadLetterArchiver } from './archiver.ts';
import { deadLettersContract } from './contract.ts';
import { showParked } from './metrics.ts';
import { deadLetterRetention } from './retention.ts';
import { deadLettersHandlers } from './server.ts';
import type { DeadLettersTables } from './store.ts';

export const role = serviceRole<DeadLettersTables>(
  { schema: 'dead_letters', migrations: new URL('./migrations', import.meta.url), environment: accessEnvironment },
  async ({ database, ...context }) => {
    const { logger } = context;
    const connection = await connectRole(context);
    const publisher = new Publisher(connection);
    const archiver = new DeadLetterArchiver({ connection, database, logger });
    const pruner = startPruner(database as Kysely<unknown>, logger, [deadLetterRetention(context.environment)]);
    showParked(database, connection.topology.queues);
    const handlers = deadLettersHandlers(database, publisher);
    // Without a broker people can look at what is archived all the same.
    const server = await serveHttp(deadLettersContract, handlers, {
      ...context,
      access: readAuthenticator(context.environment),
    });
    return {
      address: server.address,
      async stop() {
        await server.stop();
        await archiver.stop();
        await pruner.stop();
        await publisher.close();
        await connection.close();
      },
    };
  },
);
