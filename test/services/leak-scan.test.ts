import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { whyAllowed, whySalaryAllowed } from '../../ops/leak-scan/allowed.ts';
import { scanDatabase } from '../../ops/leak-scan/database.ts';
import { scanFiles } from '../../ops/leak-scan/files.ts';
import { openDatabase } from '../../platform/database.ts';

const needle = `Ottilie "Zoë" ${randomUUID()}`;

describe('the scan of a database', () => {
  const schema = `leaks_${randomUUID().slice(0, 8)}`;
  let database: Kysely<unknown>;

  beforeEach(async () => {
    database = openDatabase({ url: process.env['DATABASE_URL'] ?? '', schema, connections: 1 });
    await sql`create schema ${sql.id(schema)}`.execute(database);
    await sql`create table kept (plain text, document jsonb, bytes bytea, several text[])`.execute(database);
  });

  afterEach(async () => {
    await sql`drop schema ${sql.id(schema)} cascade`.execute(database);
    await database.destroy();
  });

  test('finds a name in texts and in bytes, and counts the rows', async () => {
    await sql`insert into kept (plain) values (${`Dear ${needle},`}), ('nobody')`.execute(database);
    await sql`insert into kept (bytes) values (${Buffer.from(`{"name":"${needle}"}`)})`.execute(database);
    expect(await scanDatabase(database, [needle, 'nothing like it'])).toEqual([
      { place: `${schema}.kept`, needle, count: 2 },
    ]);
  });

  test('finds an address in documents and lists', async () => {
    const address = `${randomUUID()}@example.org`;
    await sql`insert into kept (document) values (${JSON.stringify({ to: address })}::jsonb)`.execute(database);
    await sql`insert into kept (several) values (array[${address}, 'other'])`.execute(database);
    expect(await scanDatabase(database, [address])).toEqual([{ place: `${schema}.kept`, needle: address, count: 2 }]);
  });
});

test('the scan of files finds texts and bytes below a folder, but where it is told not to look', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'leaks-'));
  const key = Buffer.from([0, 255, 1, 254, 2, 253, 3, 252]);
  for (const each of ['deep/er', 'secret']) mkdirSync(path.join(folder, each), { recursive: true });
  writeFileSync(path.join(folder, 'deep/er/log'), `to ${needle}\n`);
  writeFileSync(path.join(folder, 'dump'), Buffer.concat([Buffer.alloc(100_000), key, Buffer.alloc(10)]));
  writeFileSync(path.join(folder, 'secret/token'), needle);
  const found = await scanFiles(folder, [needle, key], ['secret']);
  expect(found.toSorted((one, other) => one.place.localeCompare(other.place))).toEqual([
    { place: 'deep/er/log', needle, count: 1 },
    { place: 'dump', needle: '8 bytes of a key', count: 1 },
  ]);
  rmSync(folder, { recursive: true });
});

test('a name is allowed where it is needed, and no more once its person was erased', () => {
  expect(whyAllowed('orders.orders', false)).toBeDefined();
  expect(whyAllowed('orders.orders', true)).toBeUndefined();
  for (const place of ['temporal/temporal.db', 'ledger.journals', 'processes/logs/services.log', 'traces.jsonl']) {
    expect([place, whyAllowed(place, false)]).toEqual([place, undefined]);
  }
});

test('who earns what is allowed where salaries are kept alone, and neither sealed away nor in a queue', () => {
  expect(whySalaryAllowed('payroll.payslips')).toBeDefined();
  for (const place of ['payroll.outbox', 'temporal/temporal.db', 'rabbitmq/mnesia/msg', 'dead_letters.dead_letters']) {
    expect([place, whySalaryAllowed(place)]).toEqual([place, undefined]);
  }
});
