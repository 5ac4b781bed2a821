import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import { readConfiguration } from '../configuration.ts';
import { migrate, openDatabase } from '../database.ts';
import { serviceEnvironment } from '../http/service.ts';
import { runProcess } from '../process.ts';
import type { GrpcContract, GrpcHandlers } from './contract.ts';
import { serveGrpc } from './server.ts';

export interface GrpcServiceDefinition<Contract extends GrpcContract, Tables, Environment extends z.ZodRawShape> {
  /** The folder with the service's SQL migrations. */
  readonly migrations: URL;
  /** What it reads from its environment besides what every service does. */
  readonly environment: z.ZodObject<Environment>;
  handlers(database: Kysely<Tables>, configuration: z.infer<z.ZodObject<Environment>>): GrpcHandlers<Contract>;
}

/** The process of a gRPC service with a store in PostgreSQL: migrates its schema, serves its contract, stops in order. */
export function runGrpcService<Contract extends GrpcContract, Tables, Environment extends z.ZodRawShape>(
  contract: Contract,
  { migrations, environment, handlers }: GrpcServiceDefinition<Contract, Tables, Environment>,
): Promise<void> {
  return runProcess(contract.name, async (logger) => {
    const { DATABASE_URL, HOST, PORT } = readConfiguration(serviceEnvironment);
    const configuration = readConfiguration(environment);
    const database = openDatabase<Tables>({ url: DATABASE_URL, schema: contract.name });
    await migrate(database as Kysely<unknown>, contract.name, fileURLToPath(migrations));
    const server = await serveGrpc(contract, handlers(database, configuration), {
      port: PORT,
      host: HOST,
      logger,
      check: () => sql`select 1`.execute(database),
    });
    return {
      address: server.address,
      async stop() {
        await server.stop();
        await database.destroy();
      },
    };
  });
}
