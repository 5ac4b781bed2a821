import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { type Environment, readConfiguration } from './configuration.ts';
import { databaseEnvironment, readDatabaseSettings } from './database-settings.ts';
import { type HttpLimits, limitsEnvironment } from './http/limits.ts';
import { openStore } from './open-store.ts';
import { probe } from './probe.ts';
import { readyWhile } from './ready-while.ts';
import type { Role, RoleContext, Running } from './role.ts';
import { readServerCertificate, type ServerCertificate } from './transport/server-certificate.ts';

/** What everything that listens reads from its environment. */
export const listeningEnvironment = limitsEnvironment.extend({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
});

/** Where something listens, and how. */
interface Listening {
  readonly host: string;
  readonly port: number;
  readonly limits: HttpLimits;
  /** What it shows to its callers; without it, it speaks clear text. */
  readonly certificate: ServerCertificate | undefined;
}

/** @throws {ConfigurationError} when the environment is wrong */
export function readListening(environment: Environment): Listening {
  const read = readConfiguration(listeningEnvironment, environment);
  return {
    host: read.HOST,
    port: read.PORT,
    limits: { headersTimeoutMs: read.HTTP_HEADERS_TIMEOUT_MS, requestTimeoutMs: read.HTTP_REQUEST_TIMEOUT_MS },
    certificate: readServerCertificate(environment),
  };
}

/** What every service with a store reads from its environment. */
const serviceEnvironment = listeningEnvironment.extend(databaseEnvironment.shape);

export interface ServiceOptions {
  /** The PostgreSQL schema of its store. */
  readonly schema: string;
  /** The folder with its SQL migrations. */
  readonly migrations: URL;
  /** What else it has to be told, so that the first start names all of it. */
  readonly environment?: z.ZodObject;
}

/** What a service works with once its store is open and up to date. */
export interface OpenService<Tables> extends RoleContext, Listening {
  readonly database: Kysely<Tables>;
  /** Throws when the service cannot do its work now: the database is away. */
  readonly check: () => Promise<unknown>;
}

/** The role of a service with a store in PostgreSQL: migrates its schema, serves, and lets go of the store last. */
export function serviceRole<Tables>(
  { schema, migrations, environment = z.object({}) }: ServiceOptions,
  serve: (service: OpenService<Tables>) => Promise<Running>,
): Role {
  return async (context) => {
    // All of it at once, so that the first start names everything that is missing.
    readConfiguration(serviceEnvironment.extend(environment.shape), context.environment);
    const settings = readDatabaseSettings(context.environment);
    const listening = readListening(context.environment);
    const folder = fileURLToPath(migrations);
    const database = await openStore<Tables>({ schema, folder, settings, logger: context.logger });
    const check = () => sql`select 1`.execute(database);
    readyWhile('the database', probe(check));
    const server = await serve({
      ...context,
      ...listening,
      database,
      check,
    });
    return {
      address: server.address,
      async stop() {
        await server.stop();
        await database.destroy();
      },
    };
  };
}
