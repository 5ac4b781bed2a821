import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { auditBooks } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import { openDatabase } from '../../platform/database.ts';
import { runCourse, targets } from '../chaos/course.ts';
import { startShopSystem } from '../setup/shop-system.ts';

let system: System;

beforeAll(async () => {
  system = await startShopSystem({ durable: true });
}, 120_000);

afterAll(() => system?.stop(), 60_000);

test('kill -9 and a freeze of each part and each process lose and double nothing, and the audit would tell', async () => {
  const { signal } = new AbortController();
  const report = () => undefined;
  const { rules, done, outages } = await runCourse(system, { seed: 7, minutes: 0.5, perSecond: 1, signal, report });

  expect(rules.filter(({ holds }) => !holds)).toEqual([]);
  expect(done).toHaveLength(30);
  expect(new Set(outages.map(({ target, kind }) => `${kind} ${target}`))).toEqual(
    new Set(targets.flatMap((target) => [`kill ${target}`, `freeze ${target}`])),
  );

  const url = String(system.addresses['DATABASE_URL']);
  const database = openDatabase<unknown>({ url, schema: 'public', connections: 1 });
  await sql`update inventory.reservations set state = 'active', ended_at = null where reservation_id = (
    select min(reservation_id) from inventory.reservations where state = 'committed')`.execute(database);
  await database.destroy();
  const broken = (await auditBooks(url)).filter(({ holds }) => !holds);
  expect(broken.map(({ name }) => name)).toContain('stock: active reservations = 0');
}, 300_000);
