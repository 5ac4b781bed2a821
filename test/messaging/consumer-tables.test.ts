import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { createConsumerTables, openDatabase } from '../../messaging/index.ts';
import { requireTables } from '../../messaging/tables.ts';
import { ConfigurationError } from '../../platform/configuration.ts';
import { databaseUrl } from './environment.ts';

type Tables = Record<never, never>;

let schema: string;
let database: Kysely<Tables>;

beforeEach(() => {
  schema = `test_${randomUUID().slice(0, 8)}`;
  database = openDatabase<Tables>({ url: databaseUrl(), schema });
});

afterEach(async () => {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(database);
  await database.destroy();
});

const tables = async () => {
  const query = sql<{ name: string }>`select tablename as name from pg_tables where schemaname = ${schema} order by 1`;
  return (await query.execute(database)).rows.map(({ name }) => name);
};

/** What is missing, as a program that starts is told. */
const complaint = (options?: { outbox: boolean }) =>
  requireTables(database, options).then(
    () => undefined,
    (error: unknown) => error,
  );

test('the tables are made in a schema that is not there yet, and once, however many programs start', async () => {
  await Promise.all(Array.from({ length: 5 }, () => createConsumerTables(database, { outbox: true })));

  expect(await tables()).toEqual(['inbox', 'outbox']);
  expect(await complaint({ outbox: true })).toBeUndefined();
});

test('who emits nothing gets no outbox, and one that begins to gets it later', async () => {
  await createConsumerTables(database);
  expect(await tables()).toEqual(['inbox']);

  await createConsumerTables(database, { outbox: true });
  expect(await tables()).toEqual(['inbox', 'outbox']);
});

test('a schema that somebody else made is used, and an inbox in it is left as it is', async () => {
  await sql`create schema ${sql.id(schema)}`.execute(database);
  await createConsumerTables(database);
  await sql`insert into inbox values ('tester', 'm-1', 'hash', 's-1', 'type')`.execute(database);

  await createConsumerTables(database);

  const { rows } = await sql`select from inbox`.execute(database);
  expect(rows).toHaveLength(1);
});

test('the default search path of PostgreSQL leads to the schema public', async () => {
  const own = `test_${randomUUID().slice(0, 8)}`;
  const url = new URL(databaseUrl());
  await sql`create database ${sql.id(own)}`.execute(database);
  url.pathname = own;
  const other = openDatabase<Tables>({ url: url.href, schema: '"$user",public' });
  try {
    await createConsumerTables(other);
    const { rows } = await sql`select schemaname as schema from pg_tables where tablename = 'inbox'`.execute(other);
    expect(rows).toEqual([{ schema: 'public' }]);
  } finally {
    await other.destroy();
    await sql`drop database ${sql.id(own)}`.execute(database);
  }
});

test.each([
  ['inbox', {}, 'createConsumerTables(database) makes it'],
  ['outbox', { outbox: true }, 'createConsumerTables(database, { outbox: true }) makes it'],
])('who starts without the table %s is told what makes it', async (table, options, remedy) => {
  if (table === 'outbox') await createConsumerTables(database);

  const error = await complaint({ outbox: false, ...options });

  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as Error).message).toContain(`the schema ${schema} has no table ${table}: ${remedy}`);
});
