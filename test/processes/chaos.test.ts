import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { auditBooks } from '../../ops/audit/books.ts';
import type { System } from '../../ops/system/system.ts';
import { openDatabase } from '../../platform/database.ts';
import { runCourse, targets } from '../chaos/course.ts';
import { disturbances, type Network, openNetwork } from '../chaos/network.ts';
import { startShopSystem } from '../setup/shop-system.ts';

let system: System;
let network: Network | undefined;

beforeAll(async () => {
  network = await openNetwork(() => undefined);
  system = await startShopSystem({ durable: true, ...(network && { between: network.between }) });
}, 300_000);

afterAll(async () => {
  await system?.stop();
  await network?.stop();
}, 60_000);

test('kill -9 and a freeze of each part and each process, a bad network and a full disk lose and double nothing, and the audit would tell', async () => {
  const { signal } = new AbortController();
  const report = () => undefined;
  const { rules, done, outages } = await runCourse(system, {
    seed: 7,
    minutes: 0.6,
    perSecond: 1,
    signal,
    report,
    network,
  });

  expect(rules.filter(({ holds }) => !holds)).toEqual([]);
  expect(done).toHaveLength(36);
  expect(new Set(outages.map(({ target, kind }) => `${kind} ${target}`))).toEqual(
    new Set([
      ...targets.flatMap((target) => [`kill ${target}`, `freeze ${target}`]),
      ...(network ? disturbances : []).map(({ target, kind }) => `${kind} ${target}`),
    ]),
  );

  const url = String(system.addresses['DATABASE_URL']);
  const database = openDatabase<unknown>({ url, schema: 'public', connections: 1 });
  await sql`update inventory.reservations set state = 'active', ended_at = null where reservation_id = (
    select min(reservation_id) from inventory.reservations where state = 'committed')`.execute(database);
  await database.destroy();
  const broken = (await auditBooks(url)).filter(({ holds }) => !holds);
  expect(broken.map(({ name }) => name)).toContain('stock: active reservations = 0');
}, 300_000);
