import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InventoryClient } from '../../services/inventory/contract.ts';
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

describe('a restock', () => {
  const sold = async (sku: string) => {
    await receive(`r-${sku}`, [{ sku, quantity: 5 }]);
    await inventory.reserve({ reservationId: sku, lines: [{ sku, quantity: 3 }] });
    await inventory.commit({ reservationId: sku });
  };

  test('puts pieces back on the shelf once, lines of the same SKU added up', async () => {
    await sold('back');
    const lines = [
      { sku: 'back', quantity: 1 },
      { sku: 'back', quantity: 1 },
    ];
    for (let time = 0; time < 2; time++) {
      expect(await inventory.restock({ restockId: 'back', lines })).toEqual({ restockId: 'back' });
    }
    expect(await stockOf('back')).toEqual({
      sku: 'back',
      received: 5,
      restocked: 2,
      onHand: 4,
      reserved: 0,
      committed: 3,
    });
  });

  test('again with other lines is a conflict', async () => {
    await sold('back-2');
    await inventory.restock({ restockId: 'back-2', lines: [{ sku: 'back-2', quantity: 1 }] });
    await expect(
      inventory.restock({ restockId: 'back-2', lines: [{ sku: 'back-2', quantity: 2 }] }),
    ).rejects.toMatchObject({ type: 'IdempotencyConflict', detail: { field: 'restockId' } });
  });

  test('of a product that never came in is refused whole, and the id may try again', async () => {
    await sold('back-3');
    const lines = [
      { sku: 'back-3', quantity: 1 },
      { sku: 'back-3-new', quantity: 1 },
    ];
    await expect(inventory.restock({ restockId: 'back-3', lines })).rejects.toMatchObject({
      type: 'UnknownProduct',
      detail: { facts: { sku: 'back-3-new' } },
    });
    expect(await stockOf('back-3')).toMatchObject({ restocked: 0, onHand: 2 });
    await receive('r-back-3-new', [{ sku: 'back-3-new', quantity: 1 }]);
    await inventory.restock({ restockId: 'back-3', lines });
    expect(await stockOf('back-3')).toMatchObject({ restocked: 1, onHand: 3 });
  });
});
