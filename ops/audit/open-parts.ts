import { readdir } from 'node:fs/promises';
import type { Connection } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { dialBroker } from '../../messaging/connection/dial.ts';
import { readConfiguration } from '../../platform/configuration.ts';
import { openDatabase } from '../../platform/database.ts';
import { databaseUrlSchema } from '../../platform/database-settings.ts';
import { connectTemporalClient } from '../../platform/temporal-client.ts';
import { confidential, migrationsOf, type SchemaName, schemaNames } from '../privileges/stores.ts';
import type { AuditedParts } from './look.ts';

type Addresses = Readonly<Record<string, string | undefined>>;

/** The parts of a running system, open. */
export interface OpenParts extends AuditedParts {
  close(): Promise<void>;
}

/** A system of which some is not there: each line says what, and where. */
export class HalfThereError extends Error {
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'HalfThereError';
    this.lines = lines;
  }
}

const placeOf = (url: string): string => {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
};

/**
 * Opens what an audit reads, by `DATABASE_URL`, `AMQP_URL` and Temporal's own variables.
 *
 * @throws {ConfigurationError} when an address is missing or wrong
 * @throws {HalfThereError} for what does not answer, or lacks tables
 */
export async function openParts(addresses: Addresses): Promise<OpenParts> {
  const { DATABASE_URL: databaseUrl, AMQP_URL: brokerUrl } = readConfiguration(
    z.object({ DATABASE_URL: databaseUrlSchema, AMQP_URL: z.url({ protocol: /^amqps?$/ }) }),
    addresses,
  );
  const [database, temporal, broker] = await Promise.allSettled([
    requireSchemas(databaseUrl),
    connectTemporalClient(addresses),
    dialBroker({ url: brokerUrl, name: 'audit' }),
  ]);
  const reason = ({ reason: cause }: PromiseRejectedResult) => (cause instanceof Error ? cause.message : String(cause));
  const missing = [
    ...(database.status === 'rejected' ? [`PostgreSQL at ${placeOf(databaseUrl)}: ${reason(database)}`] : []),
    ...(temporal.status === 'rejected' ? [`Temporal: ${reason(temporal)}`] : []),
    ...(broker.status === 'rejected' ? [`RabbitMQ at ${placeOf(brokerUrl)}: ${reason(broker)}`] : []),
  ];
  const close = async () => {
    if (temporal.status === 'fulfilled') await (temporal.value.connection as Connection).close();
    if (broker.status === 'fulfilled') await broker.value.close().catch(() => undefined);
  };
  if (temporal.status === 'rejected' || broker.status === 'rejected' || missing.length > 0) {
    await close();
    throw new HalfThereError(missing);
  }
  return { databaseUrl, temporal: temporal.value.client, broker: broker.value, close };
}

/** @throws {HalfThereError} that names the schemas whose migrations have not run, or that the login may not read */
async function requireSchemas(url: string): Promise<void> {
  const database = openDatabase<unknown>({ url, schema: 'public', connections: 1 });
  try {
    const missing: string[] = [];
    // Of what the auditor may not read, no equation speaks.
    for (const schema of schemaNames.filter((name) => !confidential.includes(name))) {
      const lacks = await missingMigrations(database, schema);
      if (lacks) missing.push(lacks);
    }
    if (missing.length > 0)
      throw new HalfThereError([`${missing.join('; ')}; \`npm run migrate\` brings them up to date`]);
  } finally {
    await database.destroy();
  }
}

async function missingMigrations(database: Kysely<unknown>, schema: SchemaName): Promise<string | undefined> {
  const { rows: tables } = await sql<{ readable: boolean }>`
    select has_schema_privilege(nspname, 'usage') and has_table_privilege(pg_class.oid, 'select') as readable
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = ${schema} and relname = 'kysely_migration'
  `.execute(database);
  if (!tables[0]) return `the schema ${schema} is missing`;
  if (!tables[0].readable) return `the login may not read the schema ${schema}: use that of the auditor`;
  const { rows } = await sql<{ name: string }>`
    select name from ${sql.table(`${schema}.kysely_migration`)}
  `.execute(database);
  const done = new Set(rows.map(({ name }) => name));
  const files = (await readdir(new URL(`../../${migrationsOf[schema]}`, import.meta.url))).filter((file) =>
    file.endsWith('.sql'),
  );
  const left = files.filter((file) => !done.has(file)).sort();
  return left.length > 0 ? `the schema ${schema} lacks ${left.join(', ')}` : undefined;
}

/** A process that works at its limit answers late. */
const answerWithinMilliseconds = 10_000;

/** The processes that do not answer, of those whose metrics' addresses are known: a line for each. */
export async function silentProcesses(addresses: Addresses): Promise<string[]> {
  const known = Object.entries(addresses).flatMap(([name, url]) => {
    const [, role] = /^([A-Z_]+?)_METRICS_URL$/.exec(name) ?? [];
    return role && url && !role.endsWith('_TEMPORAL') ? [{ role: role.toLowerCase().replaceAll('_', '-'), url }] : [];
  });
  const answers = await Promise.allSettled(
    known.map(async ({ url }) => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(answerWithinMilliseconds) });
      await answer.body?.cancel();
    }),
  );
  return known.flatMap(({ role, url }, index) =>
    answers[index]?.status === 'rejected' ? [`the process of ${role} does not answer at ${url}`] : [],
  );
}
