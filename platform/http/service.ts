import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { readConfiguration } from '../configuration.ts';
import { migrate, openDatabase } from '../database.ts';
import type { Logger } from '../logging.ts';
import { runProcess } from '../process.ts';
import type { HttpContract, HttpHandlers } from './contract.ts';
import { serveHttp } from './server.ts';

/** What every service reads from its environment. */
export const serviceEnvironment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'use postgres://user:password@host:port/database' }),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
});

/** Work that a service does by itself, beside answering calls. */
export interface Background {
  stop(): Promise<void>;
}

export interface HttpServiceDefinition<Contract extends HttpContract, Tables> {
  /** The folder with the service's SQL migrations. */
  readonly migrations: URL;
  handlers(database: Kysely<Tables>, logger: Logger): HttpHandlers<Contract>;
  background?(database: Kysely<Tables>, logger: Logger): Background;
}

/** The process of an HTTP service with a store in PostgreSQL: migrates its schema, serves its contract, stops in order. */
export function runHttpService<Contract extends HttpContract, Tables>(
  contract: Contract,
  definition: HttpServiceDefinition<Contract, Tables>,
): Promise<void> {
  return runProcess(contract.name, async (logger) => {
    const { DATABASE_URL, HOST, PORT } = readConfiguration(serviceEnvironment);
    const database = openDatabase<Tables>({ url: DATABASE_URL, schema: contract.name });
    await migrate(database as Kysely<unknown>, contract.name, fileURLToPath(definition.migrations));
    const background = definition.background?.(database, logger);
    const server = await serveHttp(contract, definition.handlers(database, logger), {
      port: PORT,
      host: HOST,
      logger,
      check: () => sql`select 1`.execute(database),
    });
    return {
      address: server.address,
      async stop() {
        await server.stop();
        await background?.stop();
        await database.destroy();
      },
    };
  });
}
