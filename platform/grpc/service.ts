import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { accessEnvironment, readAuthenticator } from '../access/authenticator.ts';
import { readConfiguration } from '../configuration.ts';
import type { Role, RoleContext } from '../role.ts';
import { serviceRole } from '../service.ts';
import type { GrpcContract, GrpcHandlers } from './contract.ts';
import { serveGrpc } from './server.ts';

export interface GrpcServiceDefinition<Contract extends GrpcContract, Tables, Environment extends z.ZodRawShape> {
  /** The folder with the service's SQL migrations. */
  readonly migrations: URL;
  /** What it reads from its environment besides what every service does. */
  readonly environment: z.ZodObject<Environment>;
  handlers(
    database: Kysely<Tables>,
    configuration: z.infer<z.ZodObject<Environment>>,
    context: RoleContext,
  ): GrpcHandlers<Contract>;
}

/** The role of a gRPC service: its store, and the server of its contract. */
export function grpcServiceRole<Contract extends GrpcContract, Tables, Environment extends z.ZodRawShape>(
  contract: Contract,
  { migrations, environment, handlers }: GrpcServiceDefinition<Contract, Tables, Environment>,
): Role {
  return serviceRole<Tables>(
    { schema: contract.name, migrations, environment: accessEnvironment },
    ({ database, ...context }) =>
      serveGrpc(contract, handlers(database, readConfiguration(environment, context.environment), context), {
        ...context,
        access: readAuthenticator(context.environment),
      }),
  );
}
