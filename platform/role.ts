import type { Environment } from './configuration.ts';
import type { Logger } from './logging.ts';

/** Something that runs until it is stopped. */
export interface Running {
  /** Where it listens or polls, for people. */
  readonly address: string;
  /** How long its stop may wait for what is in flight, in milliseconds. @default as long as any stop may take */
  readonly graceMs?: number;
  /** Finishes what is in flight, then lets go of every connection. */
  stop(): Promise<void>;
}

/** What a role is given when it is started. */
export interface RoleContext {
  readonly name: string;
  /** Its own: roles of one process have ports, secrets and databases of their own. */
  readonly environment: Environment;
  readonly logger: Logger;
}

/**
 * One of the things that the system is made of: a service, a consumer, a worker. A process runs one or several of them.
 *
 * @throws {ConfigurationError} when its environment is wrong
 */
export type Role = (context: RoleContext) => Promise<Running>;

/** A role and what it is called in logs, metrics, traces and on the broker. */
export interface NamedRole {
  readonly name: string;
  readonly role: Role;
}
