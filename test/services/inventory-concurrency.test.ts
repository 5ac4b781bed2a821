import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Kysely, sql } from 'kysely';
import { sumBySku } from '../../contracts/cart-lines.ts';
import type { ReservationId, RestockId, Sku } from '../../contracts/identifiers.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { releaseExpired } from '../../services/inventory/expiry.ts';
import { receiveStock } from '../../services/inventory/receiving.ts';
import { restock } from '../../services/inventory/restocking.ts';
import { inventoryHandlers } from '../../services/inventory/server.ts';
import * as store from '../../services/inventory/store.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

let service: ServiceInProcess<store.InventoryTables>;
let database: Kysely<store.InventoryTables>;

beforeAll(async () => {
  service = await startInProcess<store.InventoryTables>('inventory', (opened, options) =>
    serveHttp(inventoryContract, inventoryHandlers(opened), options),
  );
  database = service.database;
});

afterAll(() => service.stop());

type Lines = { sku: Sku; quantity: number }[];

const day = 86_400;
const reserve = (id: string, lines: Lines) => store.reserve(database, id as ReservationId, lines, day);
const receive = (id: string, lines: Lines) => receiveStock(database, { receiptId: id, lines });
const giveBack = (id: string, lines: Lines) => restock(database, id as RestockId, lines);

async function outcomes(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const settled = await Promise.allSettled(calls);
  const names = settled.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason.type ?? String(one.reason))));
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, group]) => [name, group.length]));
}

describe('fifty reservations at once', () => {
  test('of one product never hold more than there is', async () => {
    const sku = 'scarce' as Sku;
    await receive('r-scarce', [{ sku, quantity: 30 }]);
    const calls = Array.from({ length: 50 }, (_, index) => reserve(`scarce-${index}`, [{ sku, quantity: 1 }]));
    expect(await outcomes(calls)).toEqual({ done: 30, OutOfStock: 20 });
    expect(await store.listStock(database, sku)).toMatchObject([{ onHand: 30, reserved: 30 }]);
  });

  test('of crossing products, beside releases, commits, restocks and deliveries, do not deadlock', async () => {
    const skus = ['cross-a', 'cross-b', 'cross-c', 'cross-d'] as Sku[];
    await receive(
      'r-cross',
      skus.map((sku) => ({ sku, quantity: 10_000 })),
    );
    const turned = (by: number): Lines => skus.map((_, index) => ({ sku: skus[(index + by) % 4] as Sku, quantity: 1 }));
    const reversed = (by: number): Lines => turned(by).reverse();
    const calls = Array.from({ length: 50 }, async (_, index) => {
      const id = `cross-${index}` as ReservationId;
      await reserve(id, index % 2 === 0 ? turned(index) : reversed(index));
      await receive(`r-cross-${index}`, reversed(index));
      await (index % 3 === 0 ? store.commit(database, id) : store.release(database, id));
      if (index % 3 === 0) await giveBack(id, turned(index));
    });
    expect(await outcomes(calls)).toEqual({ done: 50 });
    for (const sku of skus) {
      expect(await store.listStock(database, sku)).toMatchObject([
        { received: 10_050, onHand: 10_050, reserved: 0, committed: 17, restocked: 17 },
      ]);
    }
  });

  test('with the same id make one', async () => {
    const sku = 'same' as Sku;
    await receive('r-same', [{ sku, quantity: 100 }]);
    const calls = Array.from({ length: 50 }, () => reserve('same', [{ sku, quantity: 3 }]));
    expect(await outcomes(calls)).toEqual({ done: 50 });
    expect(await store.listStock(database, sku)).toMatchObject([{ reserved: 3 }]);
  });

  test('of restocks with the same id put pieces back once', async () => {
    const sku = 'same-back' as Sku;
    await receive('r-same-back', [{ sku, quantity: 10 }]);
    await reserve('same-back', [{ sku, quantity: 5 }]);
    await store.commit(database, 'same-back' as ReservationId);
    const calls = Array.from({ length: 50 }, () => giveBack('same-back', [{ sku, quantity: 2 }]));
    expect(await outcomes(calls)).toEqual({ done: 50 });
    expect(await store.listStock(database, sku)).toMatchObject([{ onHand: 7, restocked: 2, committed: 5 }]);
  });

  test('that race with their own release hold nothing in the end', async () => {
    const sku = 'raced' as Sku;
    await receive('r-raced', [{ sku, quantity: 100 }]);
    const calls = Array.from({ length: 50 }, (_, index) => {
      const id = `raced-${index}`;
      return [reserve(id, [{ sku, quantity: 1 }]), store.release(database, id as ReservationId)];
    });
    const { done = 0, InvalidState: refused = 0, ...others } = await outcomes(calls.flat());
    expect({ sum: done + refused, others }).toEqual({ sum: 100, others: {} });
    expect(await store.listStock(database, sku)).toMatchObject([{ onHand: 100, reserved: 0 }]);
  });
});

test('an overdue reservation that is committed while it is released stays committed, and the next one is released', async () => {
  const sku = 'overdue' as Sku;
  await receive('r-overdue', [{ sku, quantity: 10 }]);
  await reserve('overdue-1', [{ sku, quantity: 1 }]);
  await reserve('overdue-2', [{ sku, quantity: 2 }]);
  await sql`
    update reservations set expires_at = now() - interval '1 day' * case reservation_id when 'overdue-1' then 2 else 1 end
    where reservation_id like 'overdue-%'
  `.execute(database);
  const releasing = await database.transaction().execute(async (transaction) => {
    await sql`select from reservations where reservation_id = 'overdue-1' for update`.execute(transaction);
    const released = releaseExpired(database);
    await untilSomebodyWaits();
    await sql`update stock set reserved = reserved - 1, on_hand = on_hand - 1, committed = 1 where sku = ${sku}`.execute(
      transaction,
    );
    await sql`
      update reservations set state = 'committed', ended_at = now() where reservation_id = 'overdue-1'
    `.execute(transaction);
    return { released };
  });
  expect(await releasing.released).toEqual(['overdue-2']);
  expect(await store.listStock(database, sku)).toMatchObject([{ onHand: 9, reserved: 0, committed: 1 }]);
});

async function untilSomebodyWaits(): Promise<void> {
  const waiting = () =>
    sql`
      select from pg_stat_activity
      where application_name = current_setting('application_name') and wait_event_type = 'Lock'
    `.execute(database);
  while ((await waiting()).rows.length === 0);
}

describe('after any sequence of operations', () => {
  const skus = ['x', 'y', 'z'] as const;
  const lines = fc.array(fc.record({ sku: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 6 }) }), {
    minLength: 1,
    maxLength: 4,
  });
  const id = fc.integer({ min: 0, max: 4 });
  const operation = fc.oneof(
    fc.record({ kind: fc.constant('receive' as const), id, lines }),
    fc.record({ kind: fc.constant('reserve' as const), id, lines }),
    fc.record({ kind: fc.constant('restock' as const), id, lines }),
    fc.record({ kind: fc.constantFrom('commit' as const, 'release' as const), id }),
  );
  const perform = (
    { kind }: { kind: 'receive' | 'reserve' | 'restock' | 'commit' | 'release' },
    key: string,
    own: Lines,
  ) =>
    ({
      receive: () => receive(key, own),
      reserve: () => reserve(key, own),
      restock: () => giveBack(key, own),
      commit: () => store.commit(database, key as ReservationId),
      release: () => store.release(database, key as ReservationId),
    })[kind]() as Promise<unknown>;
  let runs = 0;

  test('received + restocked = on hand + committed, and reserved is what the active reservations hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 25 }), async (operations) => {
        const run = `p-${runs++}`;
        const own = (given: readonly { sku: string; quantity: number }[]) =>
          given.map(({ sku, quantity }) => ({ sku: `${run}-${sku}` as Sku, quantity }));
        const received = new Map<string, Lines>();
        const restocked = new Map<string, Lines>();
        const held = new Map<string, Lines>();
        const committed: Lines = [];
        await receive(`${run}-first`, own(skus.map((sku) => ({ sku, quantity: 5 }))));

        for (const step of operations) {
          const key = `${run}-${step.id}`;
          const refusal = await perform(step, key, 'lines' in step ? own(step.lines) : []).then(
            () => undefined,
            (error: { type?: string }) => error.type ?? error,
          );
          expect([undefined, 'OutOfStock', 'InvalidState', 'IdempotencyConflict', 'NotFound']).toContain(refusal);
          if (refusal !== undefined) continue;
          if (step.kind === 'receive') received.set(key, own(step.lines));
          if (step.kind === 'restock') restocked.set(key, own(step.lines));
          if (step.kind === 'reserve' && (await stateOf(key)) === 'active') held.set(key, own(step.lines));
          if (step.kind === 'commit') committed.push(...(held.get(key) ?? []));
          if (step.kind === 'commit' || step.kind === 'release') held.delete(key);
        }

        const sum = (given: Lines, sku: string) => sumBySku(given).find((line) => line.sku === sku)?.quantity ?? 0;
        for (const sku of skus.map((name) => `${run}-${name}` as Sku)) {
          const [stock] = await store.listStock(database, sku);
          const expected = {
            received: 5 + sum([...received.values()].flat(), sku),
            restocked: sum([...restocked.values()].flat(), sku),
            committed: sum(committed, sku),
          };
          expect(stock).toEqual({
            sku,
            ...expected,
            onHand: expected.received + expected.restocked - expected.committed,
            reserved: sum([...held.values()].flat(), sku),
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  const stateOf = async (key: string) => (await store.findReservation(database, key as ReservationId)).state;
});
