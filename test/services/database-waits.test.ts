import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { isTransient } from '../../messaging/consuming/handler-failures.ts';
import { waitUntil } from '../../parts/wait.ts';
import { migrate, openDatabase, translateDatabaseError } from '../../platform/database.ts';
import { readDatabaseSettings, standardTimeouts } from '../../platform/database-settings.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { inventoryHandlers } from '../../services/inventory/server.ts';
import type { InventoryTables } from '../../services/inventory/store.ts';
import { asTester } from '../identities.ts';
import { migrationsOf } from '../migrations.ts';
import { silent } from './service-in-process.ts';

/** What waits for another transaction does not wait for ever, and is told so that it may be tried again. */

const schema = `waits_${randomUUID().replaceAll('-', '')}`;
const url = process.env['DATABASE_URL'] as string;
const quick = { ...standardTimeouts, lockMs: 200 };
let other: Kysely<unknown>;

beforeAll(async () => {
  other = openDatabase<unknown>({ url, schema, connections: 2 });
  await migrate(other, schema, migrationsOf('inventory'));
  await sql`insert into stock (sku, received, on_hand) values ('lamp', 5, 5)`.execute(other);
});

afterAll(async () => {
  await sql`drop schema ${sql.id(schema)} cascade`.execute(other);
  await other.destroy();
});

/** Holds a lock while something is done. */
async function whileHeld<Result>(statement: string, act: (release: () => void) => Promise<Result>): Promise<Result> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holding = other.transaction().execute(async (transaction) => {
    await sql.raw(statement).execute(transaction);
    held.resolve();
    await released.promise;
  });
  await Promise.race([held.promise, holding]);
  try {
    return await act(released.resolve);
  } finally {
    released.resolve();
    await holding;
  }
}

describe('a lock that another transaction holds', () => {
  test('makes a call of a service Unavailable, to be made again, and nothing of it is left', async () => {
    const database = openDatabase<InventoryTables>({ url, schema, timeouts: quick });
    const server = await serveHttp(inventoryContract, inventoryHandlers(database), {
      ...{ port: 0, logger: silent, access: asTester },
    });
    const inventory = createHttpClient(inventoryContract, { url: server.address });
    const reserve = () => inventory.reserve({ reservationId: 'o-1', lines: [{ sku: 'lamp', quantity: 2 }] });
    try {
      await whileHeld(`select from stock where sku = 'lamp' for update`, async () => {
        await expect(reserve()).rejects.toMatchObject({ type: 'Unavailable', failure: { retryable: true } });
      });
      expect(await reserve()).toMatchObject({ state: 'active' });
      const { stock } = await inventory.listStock({ sku: 'lamp' });
      expect(stock).toMatchObject([{ reserved: 2 }]);
    } finally {
      await server.stop();
      await database.destroy();
    }
  });

  test('holds an event back, which is handled when the lock is free', async () => {
    const database = openDatabase<unknown>({ url, schema, timeouts: quick });
    const error = await whileHeld('lock table stock', () =>
      sql`select from stock`.execute(database).catch((caught: unknown) => caught),
    );
    await database.destroy();
    expect(isTransient(error)).toBe(true);
  });

  test('rolls a migration back, which is tried until the lock is free', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'durable-checkout-migrations-'));
    const added = `${schema}_added`;
    const database = openDatabase<unknown>({ url, schema: added, connections: 2, timeouts: quick });
    try {
      await writeFile(path.join(folder, '0001_first.sql'), `alter table ${schema}.stock add column shelf text;`);
      const reported: string[] = [];
      await whileHeld(`lock table ${schema}.stock`, async (release) => {
        const migrating = migrate(database, added, folder, (line) => reported.push(line));
        migrating.catch(() => undefined);
        expect(await waitUntil(() => reported.length > 1, { within: 20_000, every: 10 })).toBe(true);
        release();
        await migrating;
      });
      expect(reported[0]).toBe(
        `the schema ${added} waits for a lock that another transaction holds; it is tried again`,
      );
      await sql`select shelf from ${sql.table(`${schema}.stock`)}`.execute(database);
    } finally {
      await sql`drop schema if exists ${sql.id(added)} cascade`.execute(other);
      await database.destroy();
      await rm(folder, { recursive: true });
    }
  });
});

test('a transaction in which nothing happens any more is ended, and holds its locks no longer', async () => {
  const frozen = openDatabase<unknown>({ url, schema, timeouts: { ...quick, idleTransactionMs: 200 } });
  const isFree = async () => {
    const waiting = openDatabase<unknown>({ url, schema, connections: 1, timeouts: quick });
    return sql`select from stock for update`
      .execute(waiting)
      .then(
        () => true,
        () => false,
      )
      .finally(() => waiting.destroy());
  };
  const failure = await frozen
    .transaction()
    .execute(async (transaction) => {
      await sql`select from stock for update`.execute(transaction);
      expect(await waitUntil(isFree, { within: 10_000, every: 50 })).toBe(true);
      await sql`select 1`.execute(transaction);
    })
    .catch((caught: unknown) => caught);
  await frozen.destroy();
  expect(translateDatabaseError(failure)).toMatchObject({ type: 'Unavailable' });
});

test('a pool whose connections are all in use is Unavailable to who comes next', async () => {
  const small = openDatabase<unknown>({ url, schema, connections: 1 });
  const failure = await small
    .connection()
    .execute(async () => sql`select 1`.execute(small).catch((caught: unknown) => caught));
  await small.destroy();
  expect(translateDatabaseError(failure)).toMatchObject({ type: 'Unavailable' });
}, 20_000);

test('a connection is asked for signs of life, so that one whose other end is gone is found', async () => {
  const database = openDatabase<unknown>({ url, schema, connections: 1 });
  try {
    const { rows } = await sql<{ port: number }>`select inet_client_port() as port`.execute(database);
    const port = Number(rows[0]?.port).toString(16).toUpperCase().padStart(4, '0');
    const keepAlive = '02';
    const timer = async () => {
      const sockets = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
      return sockets.find(([, local]) => local?.endsWith(`:${port}`))?.[5]?.slice(0, 2);
    };
    expect(await waitUntil(async () => (await timer()) === keepAlive, { within: 5_000, every: 20 })).toBe(true);
  } finally {
    await database.destroy();
  }
});

describe('what a role is told of its database', () => {
  const read = (environment: Record<string, string>) => readDatabaseSettings({ DATABASE_URL: url, ...environment });

  test('is five seconds for a lock, fifteen for a statement, a minute within a transaction and ten connections', () => {
    expect(read({})).toEqual({ url, connections: 10, timeouts: standardTimeouts, isPooled: false });
    const given = { DATABASE_POOL_SIZE: '3', DATABASE_LOCK_TIMEOUT_MS: '700', DATABASE_STATEMENT_TIMEOUT_MS: '900' };
    expect(read({ ...given, DATABASE_POOLER: 'transaction' })).toMatchObject({
      connections: 3,
      timeouts: { lockMs: 700, statementMs: 900 },
      isPooled: true,
    });
  });

  test.each([
    [{ DATABASE_POOL_SIZE: '0' }, 'DATABASE_POOL_SIZE is wrong: at least 1'],
    [{ DATABASE_LOCK_TIMEOUT_MS: '1' }, 'DATABASE_LOCK_TIMEOUT_MS is wrong: at least 100'],
    [{ DATABASE_POOLER: 'session' }, 'DATABASE_POOLER is wrong: use none or transaction'],
    [
      { DATABASE_LOCK_TIMEOUT_MS: '15000' },
      'DATABASE_LOCK_TIMEOUT_MS is wrong: a statement waits 15000 ms with its locks (DATABASE_STATEMENT_TIMEOUT_MS); use less than that',
    ],
  ])('is refused where it makes no sense: %j', (environment, message) => {
    expect(() => read(environment)).toThrow(message);
  });

  test('is refused where a role would wait for itself', () => {
    const environment = { DATABASE_URL: url, DATABASE_POOL_SIZE: '4' };
    expect(() => readDatabaseSettings(environment, { usual: 11, fewest: 9 })).toThrow(
      'DATABASE_POOL_SIZE is wrong: this role works on so many messages at the same time that it needs at least 9 connections, not 4',
    );
  });
});
