import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../../parts/wait.ts';
import { createHttpClient } from '../../platform/http/client.ts';
import { inventoryContract } from '../../services/inventory/contract.ts';
import { tokenOf } from '../identities.ts';
import { type ChildProcess, startProcess } from './child-process.ts';

let inventory: ChildProcess;

beforeEach(async () => {
  inventory = await startProcess('inventory', { RESERVATION_EXPIRY_INTERVAL_SECONDS: '1' });
});

afterEach(async () => {
  await inventory.stop();
});

test('the process of the inventory frees by itself what has expired', async () => {
  const client = createHttpClient(inventoryContract, {
    url: inventory.address,
    token: tokenOf('checkout-worker', 'operator'),
  });
  const lines = [{ sku: 'lamp-of-the-process', quantity: 1 }];
  await client.receiveStock({ receiptId: 'r-of-the-process', lines: [{ sku: 'lamp-of-the-process', quantity: 3 }] });
  await client.reserve({ reservationId: 'kept', lines });
  await client.reserve({ reservationId: 'short', lines, expiresInSeconds: 1 });

  const isReleased = async () => (await client.findReservation({ reservationId: 'short' })).state === 'released';
  expect(await waitUntil(isReleased, { within: 15_000 })).toBe(true);
  expect(await client.findReservation({ reservationId: 'kept' })).toMatchObject({ state: 'active' });
  expect((await client.listStock({ sku: 'lamp-of-the-process' })).stock).toMatchObject([{ onHand: 3, reserved: 1 }]);
});
