import type { Kysely } from 'kysely';
import type { Logger } from '../logging.ts';
import { runService } from '../service.ts';
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
  handlers(database: Kysely<Tables>, logger: Logger): HttpHandlers<Contract>;
  background?(database: Kysely<Tables>, logger: Logger): Background | Promise<Background>;
}

/** The process of an HTTP service: its store, the server of its contract, and what it does in the background. */
export function runHttpService<Contract extends HttpContract, Tables>(
  contract: Contract,
  { handlers, background, ...store }: HttpServiceDefinition<Contract, Tables>,
): Promise<void> {
  return runService<Tables>({ name: contract.name, ...store }, async ({ database, ...listening }) => {
    const server = await serveHttp(contract, handlers(database, listening.logger), listening);
    const work = await background?.(database, listening.logger);
    return {
      address: server.address,
      async stop() {
        await server.stop();
        await work?.stop();
      },
    };
  });
}
