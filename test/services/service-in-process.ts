import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { pino } from 'pino';
import { migrate, openDatabase } from '../../platform/database.ts';
import type { HttpServerOptions } from '../../platform/http/server.ts';
import type { Logger } from '../../platform/logging.ts';
import type { Running } from '../../platform/role.ts';
import { asTester } from '../identities.ts';
import { migrationsOf } from '../migrations.ts';

export const silent: Logger = pino({ level: 'silent' });

/** A service that runs in this process, on a port of its own and in a schema of its own. */
export interface ServiceInProcess<Tables> {
  readonly url: string;
  readonly database: Kysely<Tables>;
  stop(): Promise<void>;
}

/** Starts a service with its real store; `DATABASE_URL` names the PostgreSQL. */
export async function startInProcess<Tables>(
  name: string,
  serve: (database: Kysely<Tables>, options: HttpServerOptions) => Promise<Running>,
): Promise<ServiceInProcess<Tables>> {
  const schema = `${name.replaceAll('-', '_')}_${randomUUID().replaceAll('-', '')}`;
  const database = openDatabase<Tables>({ url: process.env['DATABASE_URL'] as string, schema, connections: 20 });
  await migrate(database as Kysely<unknown>, schema, migrationsOf(name));
  const server = await serve(database, { port: 0, logger: silent, access: asTester });
  return {
    url: server.address,
    database,
    async stop() {
      await server.stop();
      await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
      await database.destroy();
    },
  };
}
