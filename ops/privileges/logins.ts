import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { standardTopology } from '../../events/standard-topology.ts';
import { close } from '../../messaging/amqp/close.ts';
import { dialBroker } from '../../messaging/connection/dial.ts';
import { migrateTopology } from '../../messaging/migration/migration.ts';
import type { PostgresAccess, RabbitMqAccess } from '../../parts/index.ts';
import { readState, writeState } from '../../platform/state-file.ts';
import { brokerUsers } from './broker-users.ts';
import { rabbitMqDefinitions } from './definitions.ts';
import { manage } from './management.ts';
import { migrateSchemas } from './migrate.ts';
import { logins as databaseLogins, privilegesSql } from './sql.ts';
import { loginOf, schemaOwner, stores } from './stores.ts';

const passwordsSchema = z.object({
  /** By the names of the users of RabbitMQ, and by those of the logins of PostgreSQL. */
  broker: z.record(z.string(), z.string()),
  database: z.record(z.string(), z.string()),
});

type Passwords = z.infer<typeof passwordsSchema>;

/** The addresses of broker and database for each role, user and login. */
export interface Logins {
  /** As whom a role connects: its variables. */
  of(role: string): Readonly<Record<string, string>>;
  /** The address for a user of the broker, or of the login that is for all. */
  brokerUrl(user: string): string;
  databaseUrl(login: string): string;
}

export interface LoginsOptions {
  readonly rabbitmq: RabbitMqAccess;
  readonly postgres: PostgresAccess;
  /** Keeps the passwords, readable by its user alone. */
  readonly file: string;
  /** Which of the two are the system's own; one from elsewhere has the login that is named with its address, for all. */
  readonly owns: { readonly broker: boolean; readonly database: boolean };
}

/** Gives each role users and logins with passwords of this machine, which are made at the first start. */
export function openLogins({ rabbitmq, postgres, file, owns }: LoginsOptions): Logins {
  const { broker, database } = rememberedPasswords(file);
  const address = (url: string, isOwn: boolean, name: string, password: string | undefined) =>
    isOwn && password !== undefined ? withLogin(url, name, password) : url;
  const brokerUrl = (user: string) => address(rabbitmq.url, owns.broker, user, broker[user]);
  const databaseUrl = (login: string) => address(postgres.url, owns.database, login, database[login]);
  const usesBroker = (role: string) => Object.hasOwn(broker, role);
  return {
    of: (role) => ({
      ...(usesBroker(role) && { AMQP_URL: brokerUrl(role) }),
      ...(Object.hasOwn(stores, role) && { DATABASE_URL: databaseUrl(loginOf(role)) }),
    }),
    brokerUrl,
    databaseUrl,
  };
}

/** The same address for another login. */
export const withLogin = (url: string, username: string, password: string): string =>
  Object.assign(new URL(url), { username, password }).href;

function rememberedPasswords(file: string): Passwords {
  const remedy = 'remove it: new passwords are made at the next start';
  const known = readState(file, passwordsSchema, remedy) ?? { broker: {}, database: {} };
  const complete = (names: readonly string[], passwords: Readonly<Record<string, string>>) =>
    Object.fromEntries(names.map((name) => [name, passwords[name] ?? randomBytes(18).toString('hex')]));
  const passwords = {
    broker: complete(
      brokerUsers().map(({ name }) => name),
      known.broker,
    ),
    database: complete(databaseLogins, known.database),
  };
  writeState(file, passwords, { mode: 0o600 });
  return passwords;
}

/** The file with the passwords in the folder of a system. */
export const loginsFile = (dataDirectory: string) => path.join(dataDirectory, 'logins.json');

/** Makes the users of a broker of the system's own. */
export async function makeBrokerUsers({ rabbitmq, file, owns }: Omit<LoginsOptions, 'postgres'>): Promise<void> {
  const { broker } = rememberedPasswords(file);
  if (!owns.broker || !rabbitmq.management) return;
  const definitions = rabbitMqDefinitions((user) => String(broker[user]));
  await manage(rabbitmq.management, 'POST', 'definitions', definitions);
}

/**
 * Makes the users of a broker of the system's own, and declares its topology: before its processes, which may do neither.
 *
 * @param report receives what becomes of queues that an earlier start has left with other arguments
 */
export async function prepareBroker(
  { rabbitmq, file, owns }: Omit<LoginsOptions, 'postgres'>,
  report: (line: string) => void,
): Promise<void> {
  await makeBrokerUsers({ rabbitmq, file, owns });
  const model = await dialBroker({ url: rabbitmq.url, name: 'topology' });
  try {
    await migrateTopology(model, standardTopology, report);
  } finally {
    await close(model);
  }
}

/** Makes the logins of a database of the system's own. */
export async function makeDatabaseLogins({ postgres, file }: Pick<LoginsOptions, 'postgres' | 'file'>): Promise<void> {
  const { database: passwords } = rememberedPasswords(file);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    await client.query(
      privilegesSql({ database: client.database ?? 'postgres', passwordOf: (login) => String(passwords[login]) }),
    );
  } finally {
    await client.end();
  }
}

/** Makes the logins of a database of the system's own, and brings its schemas up to date as their owner. */
export async function prepareDatabase(options: LoginsOptions): Promise<void> {
  const { postgres, owns } = options;
  if (!owns.database) return migrateSchemas(postgres.url);
  await makeDatabaseLogins(options);
  await migrateSchemas(openLogins(options).databaseUrl(schemaOwner));
}
