import type { Kysely } from 'kysely';
import { accessEnvironment, readAuthenticator } from '../access/authenticator.ts';
import type { Role, RoleContext } from '../role.ts';
import { serviceRole } from '../service.ts';
import type { HttpContract, HttpHandlers } from './contract.ts';
import { serveHttp } from './server.ts';

/** Work that a service does by itself, beside answering calls. */
export interface Background {
  stop(): Promise<void>;
}

export interface HttpServiceDefinition<Contract extends HttpContract, Tables> {
  /** The PostgreSQL schema of its store; by default the name of the contract. */
  readonly schema?: string;
  /** The folder with the service's SQL migrations. */
  readonly migrations: URL;
  handlers(database: Kysely<Tables>, context: RoleContext): HttpHandlers<Contract>;
  background?(database: Kysely<Tables>, context: RoleContext): Background | Promise<Background>;
}

/** The role of an HTTP service: its store, the server of its contract, and what it does in the background. */
export function httpServiceRole<Contract extends HttpContract, Tables>(
  contract: Contract,
  { schema = contract.name, migrations, handlers, background }: HttpServiceDefinition<Contract, Tables>,
): Role {
  return serviceRole<Tables>(
    { schema, migrations, environment: accessEnvironment },
    async ({ database, ...context }) => {
      const server = await serveHttp(contract, handlers(database, context), {
        ...context,
        access: readAuthenticator(context.environment),
      });
      const work = await background?.(database, context);
      return {
        address: server.address,
        async stop() {
          await server.stop();
          await work?.stop();
        },
      };
    },
  );
}
