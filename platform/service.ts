import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { readConfiguration } from './configuration.ts';
import { databaseUrlSchema, migrate, openDatabase } from './database.ts';
import { type HttpLimits, limitsEnvironment } from './http/limits.ts';
import type { Role, RoleContext, Running } from './role.ts';
import { readServerCertificate, type ServerCertificate } from './transport/server-certificate.ts';

/** What every service reads from its environment. */
const serviceEnvironment = limitsEnvironment.extend({
  DATABASE_URL: databaseUrlSchema,
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
});

export interface ServiceOptions {
  /** The PostgreSQL schema of its store. */
  readonly schema: string;
  /** The folder with its SQL migrations. */
  readonly migrations: URL;
  /** What else it has to be told, so that the first start names all of it. */
  readonly environment?: z.ZodObject;
}

/** What a service works with once its store is open and up to date. */
export interface OpenService<Tables> extends RoleContext {
  readonly database: Kysely<Tables>;
  readonly host: string;
  readonly port: number;
  readonly limits: HttpLimits;
  /** What it shows to its callers; without it, it speaks clear text. */
  readonly certificate: ServerCertificate | undefined;
  /** Throws when the service cannot do its work now: the database is away. */
  readonly check: () => Promise<unknown>;
}

/** The role of a service with a store in PostgreSQL: migrates its schema, serves, and lets go of the store last. */
export function serviceRole<Tables>(
  { schema, migrations, environment = z.object({}) }: ServiceOptions,
  serve: (service: OpenService<Tables>) => Promise<Running>,
): Role {
  return async (context) => {
    const read = readConfiguration(serviceEnvironment.extend(environment.shape), context.environment);
    const { DATABASE_URL, HOST, PORT, ...limits } = read as z.infer<typeof serviceEnvironment>;
    const certificate = readServerCertificate(context.environment);
    const database = openDatabase<Tables>({ url: DATABASE_URL, schema });
    await migrate(database as Kysely<unknown>, schema, fileURLToPath(migrations));
    const check = () => sql`select 1`.execute(database);
    const server = await serve({
      ...context,
      database,
      host: HOST,
      port: PORT,
      certificate,
      limits: {
        headersTimeoutMs: limits.HTTP_HEADERS_TIMEOUT_MS,
        requestTimeoutMs: limits.HTTP_REQUEST_TIMEOUT_MS,
      },
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
