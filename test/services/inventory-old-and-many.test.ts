import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type Kysely, sql } from 'kysely';
import { createInventoryActivities } from '../../activities/inventory.ts';
import type { ReservationId, Sku } from '../../contracts/identifiers.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type InventoryClient, inventoryContract } from '../../services/inventory/contract.ts';
import { releaseExpired } from '../../services/inventory/expiry.ts';
import { inventoryHandlers } from '../../services/inventory/server.ts';
import { type InventoryTables, listStock } from '../../services/inventory/store.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

let service: ServiceInProcess<InventoryTables>;
let database: Kysely<InventoryTables>;
let inventory: InventoryClient;

const day = 86_400_000;
const sku = 'lamp' as Sku;

beforeAll(async () => {
  service = await startInProcess<InventoryTables>('inventory', (tables, options) =>
    serveHttp(inventoryContract, inventoryHandlers(tables), options),
  );
  ({ database } = service);
  inventory = createHttpClient(inventoryContract, { url: service.url, timeoutMilliseconds: 30_000 });
});

afterAll(() => service.stop());

beforeEach(async () => {
  await sql`truncate stock, reservations, reservation_lines, receipts, receipt_parts`.execute(database);
});

/** Reservations of one piece each, and the shelf that fits them; the first ones are the oldest. */
async function keep(name: string, count: number, state: 'active' | 'committed' | 'released', age: string) {
  const end = state === 'active' ? null : '2024-01-01T00:00:00Z';
  const [active, committed] = [state === 'active' ? count : 0, state === 'committed' ? count : 0];
  await sql`
    insert into stock (sku, received, on_hand, reserved, committed) values (${sku}, ${count}, ${count - committed}, ${active}, ${committed})
    on conflict (sku) do update set received = stock.received + excluded.received,
      on_hand = stock.on_hand + excluded.on_hand, reserved = stock.reserved + excluded.reserved,
      committed = stock.committed + excluded.committed
  `.execute(database);
  await sql`
    insert into reservations (reservation_id, state, was_reserved, expires_at, created_at, ended_at)
    select ${name} || '-' || number, ${state}, true, now() - ${age}::interval + make_interval(secs => number), now() - interval '1 year', ${end}
    from generate_series(1, ${count}) as number
  `.execute(database);
  await sql`
    insert into reservation_lines (reservation_id, sku, quantity)
    select reservation_id, ${sku}, 1 from reservations where reservation_id like ${`${name}-%`}
  `.execute(database);
}

const shelf = async () => (await listStock(database, sku))[0];

test('reservations that ended years ago do not keep those that expired from being freed', async () => {
  await keep('sold', 500, 'committed', '700 days');
  await keep('given-back', 500, 'released', '600 days');
  await keep('expired', 3, 'active', '1 day');
  await keep('current', 2, 'active', '-1 day');

  expect((await releaseExpired(database)).sort()).toEqual(['expired-1', 'expired-2', 'expired-3']);
  expect(await shelf()).toMatchObject({ reserved: 2, committed: 500 });
});

test('of very many that have expired one look frees all, the oldest first', async () => {
  await keep('expired', 350, 'active', '1 day');

  const released = await releaseExpired(database);
  expect([released.length, released[0], released.at(-1)]).toEqual([350, 'expired-1', 'expired-350']);
  expect(await shelf()).toMatchObject({ reserved: 0, onHand: 350 });
  expect(await releaseExpired(database)).toEqual([]);
});

test('those that cannot be freed are named, and keep no other one held', async () => {
  await keep('expired', 5, 'active', '1 day');
  await keep('broken', 120, 'active', '90 days');
  await sql`update reservation_lines set quantity = 1000 where reservation_id like 'broken-%'`.execute(database);

  await expect(releaseExpired(database)).rejects.toThrow(/^120 expired reservations .* broken-1, .*broken-120$/);
  expect((await inventory.findReservation({ reservationId: 'expired-5' })).state).toBe('released');
  expect(await shelf()).toMatchObject({ reserved: 120 });
});

test('a reservation lasts seven days when no time is told, longer than any checkout: a review may take one day', async () => {
  await inventory.receiveStock({ receiptId: 'r-1', lines: [{ sku, quantity: 10 }] });
  const { reserveStock } = createInventoryActivities({ inventory });
  await inventory.reserve({ reservationId: 'direct', lines: [{ sku, quantity: 1 }] });
  await new MockActivityEnvironment().run(reserveStock, 'by-checkout' as ReservationId, [{ sku, quantity: 1 }]);
  for (const reservationId of ['direct', 'by-checkout']) {
    const { expiresAt } = await inventory.findReservation({ reservationId });
    const days = (Date.parse(expiresAt) - Date.now()) / day;
    expect(days).toBeGreaterThan(6.99);
    expect(days).toBeLessThan(7.01);
  }
});

test.each([
  [1, true],
  [30 * 86_400, true],
  [30 * 86_400 + 1, false],
  [0, false],
])('a reservation for %d seconds is taken: %s', async (expiresInSeconds, isTaken) => {
  await inventory.receiveStock({ receiptId: 'r-1', lines: [{ sku, quantity: 10 }] });
  const reserving = inventory.reserve({ reservationId: 'long', lines: [{ sku, quantity: 1 }], expiresInSeconds });
  await (isTaken
    ? expect(reserving).resolves.toMatchObject({ state: 'active' })
    : expect(reserving).rejects.toMatchObject({ type: 'InvalidRequest', detail: { field: 'expiresInSeconds' } }));
});
