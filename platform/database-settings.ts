import { z } from 'zod';
import { ConfigurationError, type Environment, readConfiguration } from './configuration.ts';

/** The address of a database, as the environment names it. */
export const databaseUrlSchema = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'use postgres://user:password@host:port/database',
});

/** How long PostgreSQL lets a session wait, in milliseconds. */
export interface DatabaseTimeouts {
  /** For a lock that another transaction holds; then the call fails as `Unavailable`. */
  readonly lockMs: number;
  /** For one statement, with its locks; 0 for as long as it takes. */
  readonly statementMs: number;
  /** For the next statement of an open transaction: who has stopped in the midst of one holds its locks no longer. */
  readonly idleTransactionMs: number;
}

export const standardTimeouts: DatabaseTimeouts = { lockMs: 5_000, statementMs: 15_000, idleTransactionMs: 60_000 };

/** Connections of a role that says nothing else. */
export const standardPoolSize = 10;

const milliseconds = z.coerce.number().int().min(100, 'at least 100').max(3_600_000, 'at most 3,600,000');

/** What everything with a store reads from its environment. */
export const databaseEnvironment = z.object({
  DATABASE_URL: databaseUrlSchema,
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1, 'at least 1').max(1_000, 'at most 1,000').optional(),
  DATABASE_LOCK_TIMEOUT_MS: milliseconds.default(standardTimeouts.lockMs),
  DATABASE_STATEMENT_TIMEOUT_MS: milliseconds.default(standardTimeouts.statementMs),
  DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: milliseconds.default(standardTimeouts.idleTransactionMs),
  DATABASE_POOLER: z.enum(['none', 'transaction'], 'use none or transaction').default('none'),
});

/** How a role reaches its database. */
export interface DatabaseSettings {
  readonly url: string;
  /** Connections at most. */
  readonly connections: number;
  readonly timeouts: DatabaseTimeouts;
  /** Whether a pooler such as PgBouncer hands its sessions to one transaction after the other. */
  readonly isPooled: boolean;
}

/**
 * Reads how a role reaches its database.
 *
 * @param usual connections, where the environment says nothing
 * @param fewest connections that it has to have, lest it waits for itself
 * @throws {ConfigurationError} with one line for each variable that is missing or wrong
 */
export function readDatabaseSettings(
  environment: Environment,
  { usual = standardPoolSize, fewest = 1 }: { readonly usual?: number; readonly fewest?: number } = {},
): DatabaseSettings {
  const read = readConfiguration(databaseEnvironment, environment);
  const connections = read.DATABASE_POOL_SIZE ?? usual;
  const timeouts = {
    lockMs: read.DATABASE_LOCK_TIMEOUT_MS,
    statementMs: read.DATABASE_STATEMENT_TIMEOUT_MS,
    idleTransactionMs: read.DATABASE_IDLE_TRANSACTION_TIMEOUT_MS,
  };
  if (connections < fewest) {
    throw new ConfigurationError(
      `DATABASE_POOL_SIZE is wrong: this role works on so many messages at the same time that it needs at least ${fewest} connections, not ${connections}`,
    );
  }
  if (timeouts.lockMs >= timeouts.statementMs) {
    throw new ConfigurationError(
      `DATABASE_LOCK_TIMEOUT_MS is wrong: a statement waits ${timeouts.statementMs} ms with its locks (DATABASE_STATEMENT_TIMEOUT_MS); use less than that`,
    );
  }
  return { url: read.DATABASE_URL, connections, timeouts, isPooled: read.DATABASE_POOLER === 'transaction' };
}

/** The settings of a session in a schema, by the names of PostgreSQL; times in milliseconds. */
export const sessionSettings = (schema: string, timeouts: DatabaseTimeouts = standardTimeouts) => ({
  search_path: schema,
  TimeZone: 'UTC',
  lock_timeout: String(timeouts.lockMs),
  statement_timeout: String(timeouts.statementMs),
  idle_in_transaction_session_timeout: String(timeouts.idleTransactionMs),
});
