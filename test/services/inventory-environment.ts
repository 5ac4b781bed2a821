import { createHttpClient } from '../../platform/http/client.ts';
import { serveHttp } from '../../platform/http/server.ts';
import { type InventoryClient, inventoryContract } from '../../services/inventory/contract.ts';
import { inventoryHandlers } from '../../services/inventory/server.ts';
import type { InventoryTables } from '../../services/inventory/store.ts';
import { type ServiceInProcess, startInProcess } from './service-in-process.ts';

/** The inventory on a database of its own, and its client. */
export interface InventoryEnvironment {
  readonly service: ServiceInProcess<InventoryTables>;
  readonly inventory: InventoryClient;
}

export async function openInventory(): Promise<InventoryEnvironment> {
  const service = await startInProcess<InventoryTables>('inventory', (database, options) =>
    serveHttp(inventoryContract, inventoryHandlers(database), options),
  );
  return { service, inventory: createHttpClient(inventoryContract, { url: service.url, timeoutMilliseconds: 30_000 }) };
}
