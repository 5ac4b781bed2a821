import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { migrate, openDatabase } from '../../platform/database.ts';
import { type DatabaseSettings, sessionSettings, standardTimeouts } from '../../platform/database-settings.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { openStore } from '../../platform/open-store.ts';
import type { Running } from '../../platform/role.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { inventoryHandlers } from '../../services/inventory/server.ts';
import type { InventoryTables } from '../../services/inventory/store.ts';
import { asTester } from '../identities.ts';
import { migrationsOf } from '../migrations.ts';
import { type PgBouncer, startPgBouncer } from '../setup/pgbouncer.ts';
import { silent } from './service-in-process.ts';

/** The stores behind a real PgBouncer that gives a session to another client after each transaction. */

const id = randomUUID().replaceAll('-', '');
const [schema, settled, plain] = [`pooled_${id}`, `settled_${id}`, `plain_${id}`];
const folder = migrationsOf('inventory');
let owner: Kysely<unknown>;
let pooler: PgBouncer;

beforeAll(async () => {
  owner = openDatabase<unknown>({ url: process.env['DATABASE_URL'] as string, schema, connections: 2 });
  await migrate(owner, schema, folder);
  for (const login of [settled, plain]) {
    await sql.raw(`create role ${login} login password '${id}'`).execute(owner);
    await sql.raw(`grant usage on schema ${schema} to ${login}`).execute(owner);
    await sql.raw(`grant all on all tables in schema ${schema} to ${login}`).execute(owner);
  }
  for (const [name, value] of Object.entries(sessionSettings(schema)))
    await sql.raw(`alter role ${settled} set ${name} = '${value}'`).execute(owner);
  pooler = await startPgBouncer(process.env['DATABASE_URL'] as string, { [settled]: id, [plain]: id });
}, 120_000);

afterAll(async () => {
  await pooler?.stop();
  await sql.raw(`drop schema if exists ${schema} cascade`).execute(owner);
  for (const login of [settled, plain]) await sql.raw(`drop role if exists ${login}`).execute(owner);
  await owner.destroy();
});

const settings = (login: string, more: Partial<DatabaseSettings> = {}): DatabaseSettings => ({
  ...{ url: pooler.url(login, id), connections: 10, timeouts: standardTimeouts, isPooled: true },
  ...more,
});
const open = (login: string, more: Partial<DatabaseSettings> = {}) =>
  openStore<InventoryTables>({ schema, folder, settings: settings(login, more), logger: silent });

describe('a login with the settings of its role', () => {
  let store: Kysely<InventoryTables>;
  let server: Running;

  beforeAll(async () => {
    store = await open(settled);
    server = await serveHttp(inventoryContract, inventoryHandlers(store), {
      port: 0,
      logger: silent,
      access: asTester,
    });
  });

  afterAll(async () => {
    await server?.stop();
    await store?.destroy();
  });

  test('serves many callers at the same time by two sessions, and loses or doubles nothing', async () => {
    const inventory = createHttpClient(inventoryContract, { url: server.address });
    await inventory.receiveStock({ receiptId: 'r-1', lines: [{ sku: 'lamp', quantity: 100 }] });
    const reserve = (number: number) =>
      inventory.reserve({ reservationId: `o-${number}`, lines: [{ sku: 'lamp', quantity: 1 }] });
    await Promise.all(Array.from({ length: 60 }, (_, index) => reserve(index % 40)));
    const { rows } = await sql<{ reserved: number; sessions: number }>`
      select (select reserved from stock where sku = 'lamp')::int as reserved,
        (select count(*)::int from pg_stat_activity where usename = session_user) as sessions
    `.execute(store);
    expect(rows).toEqual([{ reserved: 40, sessions: 2 }]);
  });
});

test('a login without them is named with what an administrator says', async () => {
  await expect(open(plain)).rejects.toThrow(
    `the login ${plain} has search_path = "$user", public where this role needs ${schema}; an administrator says: alter role "${plain}" set search_path = '${schema}'`,
  );
});

test('times other than those of the login are refused, lest one believes that they count', async () => {
  await expect(open(settled, { timeouts: { ...standardTimeouts, lockMs: 1_000 } })).rejects.toThrow(
    `the login ${settled} has lock_timeout = 5000 where this role needs 1000`,
  );
});

test('a schema that is not up to date is not migrated through it', async () => {
  const other = { folder: migrationsOf('customers'), schema, logger: silent };
  await expect(openStore<unknown>({ ...other, settings: settings(settled) })).rejects.toThrow(
    'migrations cannot go through a pooler; run npm run migrate',
  );
});

test('settings that a process says itself do not come through it: why the variable is there', async () => {
  const direct = openDatabase<unknown>({ url: pooler.url(settled, id), schema, connections: 1 });
  await expect(sql`select 1`.execute(direct)).rejects.toThrow('unsupported startup parameter: options');
  await direct.destroy();
});
