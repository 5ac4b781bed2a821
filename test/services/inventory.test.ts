import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InventoryClient } from '../../services/inventory/contract.ts';
import { releaseExpired } from '../../services/inventory/expiry.ts';
import type { InventoryTables } from '../../services/inventory/store.ts';
import { openInventory } from './inventory-environment.ts';
import type { ServiceInProcess } from './service-in-process.ts';

let service: ServiceInProcess<InventoryTables>;
let inventory: InventoryClient;

beforeAll(async () => {
  ({ service, inventory } = await openInventory());
});

afterAll(() => service.stop());

type Line = { sku: string; quantity: number };

const receive = (receiptId: string, lines: Line[]) => inventory.receiveStock({ receiptId, lines });
const stockOf = async (sku: string) => (await inventory.listStock({ sku })).stock[0];

describe('stock', () => {
  test('is an empty list while nothing has come in', async () => {
    expect(await inventory.listStock({})).toEqual({ stock: [] });
  });

  test('comes in once for each receipt, lines of the same SKU added up', async () => {
    const lines = [
      { sku: 'in', quantity: 3 },
      { sku: 'in', quantity: 4 },
    ];
    for (let time = 0; time < 2; time++) await receive('r-in', lines);
    expect(await stockOf('in')).toEqual({ sku: 'in', received: 7, restocked: 0, onHand: 7, reserved: 0, committed: 0 });
    await receive('r-in-2', [{ sku: 'in', quantity: 1 }]);
    expect(await stockOf('in')).toMatchObject({ received: 8, onHand: 8 });
  });

  test('refuses a receipt that comes again with other lines', async () => {
    await receive('r-conflict', [{ sku: 'in-2', quantity: 3 }]);
    await expect(receive('r-conflict', [{ sku: 'in-2', quantity: 4 }])).rejects.toMatchObject({
      type: 'IdempotencyConflict',
      detail: { field: 'receiptId' },
    });
  });

  describe('that comes in parts', () => {
    const whole = { of: 2, contentHash: 'a'.repeat(64) };
    const part = (receiptId: string, number: number, quantity: number, change: object = {}) =>
      inventory.receiveStock({
        receiptId,
        lines: [{ sku: `${receiptId}-${number}`, quantity }],
        part: { number, ...whole, ...change },
      });
    const conflict = { type: 'IdempotencyConflict', detail: { field: 'receiptId' } };

    test('is taken in once for each part, in any order', async () => {
      await Promise.all([part('parts', 2, 5), part('parts', 1, 3), part('parts', 2, 5), part('parts', 1, 3)]);
      expect(await stockOf('parts-1')).toMatchObject({ received: 3 });
      expect(await stockOf('parts-2')).toMatchObject({ received: 5 });
    });

    test('is refused when a part, the whole or the number of parts is another one', async () => {
      await part('changed', 1, 3);
      await expect(part('changed', 1, 4)).rejects.toMatchObject(conflict);
      await expect(part('changed', 2, 4, { contentHash: 'b'.repeat(64) })).rejects.toMatchObject(conflict);
      await expect(part('changed', 2, 4, { of: 3 })).rejects.toMatchObject(conflict);
      await expect(receive('changed', [{ sku: 'changed-1', quantity: 3 }])).rejects.toMatchObject(conflict);
      await receive('one-call', [{ sku: 'one-call-1', quantity: 3 }]);
      await expect(part('one-call', 1, 3)).rejects.toMatchObject(conflict);
      expect(await stockOf('changed-1')).toMatchObject({ received: 3 });
      await expect(stockOf('changed-2')).rejects.toMatchObject({ type: 'UnknownProduct' });
    });

    test('has no part beyond their number', async () => {
      await expect(part('beyond', 3, 1)).rejects.toMatchObject({
        type: 'InvalidRequest',
        detail: { field: 'part.number' },
      });
    });
  });

  test('of a product that never came in is UnknownProduct; without a SKU all are listed', async () => {
    await expect(stockOf('never')).rejects.toMatchObject({
      type: 'UnknownProduct',
      detail: { facts: { sku: 'never' } },
    });
    await receive('r-all', [{ sku: 'all', quantity: 1 }]);
    expect((await inventory.listStock({})).stock.map(({ sku }) => sku)).toContain('all');
  });
});

describe('a reservation', () => {
  test('holds pieces, and again holds no more', async () => {
    await receive('r-1', [{ sku: 's-1', quantity: 5 }]);
    const request = { reservationId: 'hold', lines: [{ sku: 's-1', quantity: 2 }] };
    const reservation = await inventory.reserve(request);
    expect(reservation).toMatchObject({ reservationId: 'hold', state: 'active', wasReserved: true });
    const again = await inventory.reserve(request);
    expect(again).toEqual({ ...reservation, expiresAt: expect.any(String) });
    expect(await inventory.findReservation({ reservationId: 'hold' })).toEqual(again);
    expect(await stockOf('s-1')).toMatchObject({ onHand: 5, reserved: 2 });
  });

  test('is extended by the same call while it is active, and never shortened', async () => {
    await receive('r-extended', [{ sku: 'extended', quantity: 5 }]);
    const request = { reservationId: 'extended', lines: [{ sku: 'extended', quantity: 2 }] };
    const first = await inventory.reserve({ ...request, expiresInSeconds: 3_600 });
    const longer = await inventory.reserve({ ...request, expiresInSeconds: 7_200 });
    const gained = Date.parse(longer.expiresAt) - Date.parse(first.expiresAt);
    expect(gained).toBeGreaterThanOrEqual(3_600_000);
    expect(await inventory.reserve({ ...request, expiresInSeconds: 60 })).toEqual(longer);
    const committed = await inventory.commit({ reservationId: 'extended' });
    expect(await inventory.reserve({ ...request, expiresInSeconds: 86_400 })).toEqual(committed);
  });

  test('again with other lines is a conflict', async () => {
    await receive('r-2', [{ sku: 's-2', quantity: 5 }]);
    await inventory.reserve({ reservationId: 'other', lines: [{ sku: 's-2', quantity: 2 }] });
    await expect(
      inventory.reserve({ reservationId: 'other', lines: [{ sku: 's-2', quantity: 3 }] }),
    ).rejects.toMatchObject({ type: 'IdempotencyConflict', detail: { field: 'reservationId' } });
  });

  test('holds all lines or none, and a refused id may try again', async () => {
    await receive('r-3', [
      { sku: 's-3a', quantity: 5 },
      { sku: 's-3b', quantity: 1 },
    ]);
    const request = {
      reservationId: 'all-or-none',
      lines: [
        { sku: 's-3a', quantity: 5 },
        { sku: 's-3b', quantity: 2 },
      ],
    };
    await expect(inventory.reserve(request)).rejects.toMatchObject({
      type: 'OutOfStock',
      detail: { facts: { sku: 's-3b', requested: 2, available: 1 } },
    });
    expect(await stockOf('s-3a')).toMatchObject({ reserved: 0 });
    await expect(inventory.findReservation({ reservationId: 'all-or-none' })).rejects.toMatchObject({
      type: 'NotFound',
    });
    await receive('r-3-more', [{ sku: 's-3b', quantity: 1 }]);
    expect(await inventory.reserve(request)).toMatchObject({ state: 'active' });
  });

  test('adds up the lines of the same SKU before it looks at the shelf', async () => {
    await receive('r-4', [{ sku: 's-4', quantity: 3 }]);
    const lines = [
      { sku: 's-4', quantity: 2 },
      { sku: 's-4', quantity: 2 },
    ];
    await expect(inventory.reserve({ reservationId: 'split', lines })).rejects.toMatchObject({
      type: 'OutOfStock',
      detail: { facts: { requested: 4, available: 3 } },
    });
  });

  test('of an unknown product is refused', async () => {
    await expect(
      inventory.reserve({ reservationId: 'unknown', lines: [{ sku: 'never', quantity: 1 }] }),
    ).rejects.toMatchObject({ type: 'UnknownProduct', detail: { facts: { sku: 'never' } } });
  });
});

describe('the end of a reservation', () => {
  const reserved = async (name: string) => {
    await receive(`r-${name}`, [{ sku: name, quantity: 5 }]);
    await inventory.reserve({ reservationId: name, lines: [{ sku: name, quantity: 2 }] });
    return { reservationId: name };
  };

  test('by a commit takes the pieces from the shelf, once', async () => {
    const id = await reserved('committed');
    const committed = await inventory.commit(id);
    expect(committed).toMatchObject({ state: 'committed' });
    expect(await inventory.commit(id)).toEqual(committed);
    expect(await stockOf('committed')).toEqual({
      sku: 'committed',
      received: 5,
      restocked: 0,
      onHand: 3,
      reserved: 0,
      committed: 2,
    });
    await expect(inventory.release(id)).rejects.toMatchObject({ type: 'InvalidState' });
  });

  test('by a release gives the pieces back, once, and refuses what comes later', async () => {
    const id = await reserved('released');
    const released = await inventory.release(id);
    expect(released).toMatchObject({ state: 'released', wasReserved: true });
    expect(await inventory.release(id)).toEqual(released);
    expect(await stockOf('released')).toMatchObject({ onHand: 5, reserved: 0 });
    await expect(inventory.commit(id)).rejects.toMatchObject({ type: 'InvalidState' });
    await expect(inventory.reserve({ ...id, lines: [{ sku: 'released', quantity: 2 }] })).rejects.toMatchObject({
      type: 'InvalidState',
    });
  });

  test('before its beginning leaves a tombstone that refuses it', async () => {
    await receive('r-tombstone', [{ sku: 'tombstone', quantity: 5 }]);
    const id = { reservationId: 'tombstone' };
    expect(await inventory.release(id)).toMatchObject({ state: 'released', wasReserved: false });
    await expect(inventory.reserve({ ...id, lines: [{ sku: 'tombstone', quantity: 2 }] })).rejects.toMatchObject({
      type: 'InvalidState',
    });
    expect(await stockOf('tombstone')).toMatchObject({ reserved: 0 });
  });

  test('by a commit of one that was never made is NotFound', async () => {
    await expect(inventory.commit({ reservationId: 'never' })).rejects.toMatchObject({ type: 'NotFound' });
  });

  test('comes by itself when its time is over, not before', async () => {
    const overdue = await reserved('overdue');
    const current = await reserved('current');
    const { database } = service;
    await database
      .withTables<{ reservations: { reservation_id: string; expires_at: string } }>()
      .updateTable('reservations')
      .set({ expires_at: '2020-01-01T00:00:00Z' })
      .where('reservation_id', '=', 'overdue')
      .execute();
    expect(await releaseExpired(database)).toEqual(['overdue']);
    expect(await inventory.findReservation(overdue)).toMatchObject({ state: 'released' });
    expect(await inventory.findReservation(current)).toMatchObject({ state: 'active' });
    expect(await stockOf('overdue')).toMatchObject({ onHand: 5, reserved: 0 });
  });
});
